"""httpx: one asynchronous client."""

import asyncio
from time import perf_counter_ns

import httpx

from drive import TOKEN, Clock, arguments, contacts


async def work(client, url, wanted, times):
    for contact in wanted:
        start = perf_counter_ns()
        answer = await client.post(url, json=contact)
        answer.raise_for_status()
        assert answer.json()["data"]["id"]
        times.append(perf_counter_ns() - start)


async def main():
    url, in_flight, count = arguments()
    limits = httpx.Limits(max_connections=in_flight)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(limits=limits, timeout=15, headers=headers) as client:
        await asyncio.gather(*(work(client, url, contacts(2), []) for _ in range(in_flight)))
        wanted = iter(contacts(count))
        clock = Clock()
        await asyncio.gather(*(work(client, url, wanted, clock.times) for _ in range(in_flight)))
        clock.report()


asyncio.run(main())
