"""The loop that everybody writes, in Python."""
import json
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

URL, TOKEN = sys.argv[1:3]
FIRST, STEP, COUNT = map(int, sys.argv[3:6])


def attempt(key, body):
    headers = {
        "Authorization": f"Bearer {TOKEN}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    request = urllib.request.Request(URL + "/contacts", body.encode(), headers)
    try:
        response = urllib.request.urlopen(request, timeout=5)
    except urllib.error.HTTPError as refused:
        response = refused
    with response:
        text = response.read().decode()
        json.loads(text)
        return response.status, response.headers.get("Drift-Outcome", ""), text


def create(name, email, external_id):
    body = json.dumps({"attributes": {"email": email, "externalId": external_id}})
    while True:
        try:
            status, outcome, text = attempt(name, body)
            if status < 500 and status not in (408, 429):
                sys.stdout.write(f"{name}\t{status}\t{outcome}\t{text}\n")
                return
        except Exception:  # whatever it was, the same request comes next
            pass
        time.sleep(0.1)


def run(number):
    external_id = f"u_{number}_9f3c1ad27b60e845"
    create(f"create-{number}", f"lead{number}@example.test", external_id)
    if number % 50 == 0:
        create(f"rival-{number}", f"rival{number}@example.test", external_id)


with ThreadPoolExecutor(6) as workers:
    list(workers.map(run, range(FIRST, COUNT, STEP)))
