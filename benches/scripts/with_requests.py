"""requests: one session, and a thread for each create in flight."""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter_ns

import requests
from requests.adapters import HTTPAdapter

from drive import TOKEN, Clock, arguments, contacts

url, in_flight, count = arguments()
session = requests.Session()
session.mount("http://", HTTPAdapter(pool_maxsize=in_flight))
session.headers["authorization"] = f"Bearer {TOKEN}"


def create(contact):
    start = perf_counter_ns()
    answer = session.post(url, json=contact, timeout=15)
    answer.raise_for_status()
    assert answer.json()["data"]["id"]
    return perf_counter_ns() - start


def creates(pool, wanted):
    return list(map(create, wanted) if in_flight == 1 else pool.map(create, wanted))


with ThreadPoolExecutor(in_flight) as pool:
    creates(pool, contacts(100))
    wanted = contacts(count)
    clock = Clock()
    clock.times = creates(pool, wanted)
    clock.report()
