"""Creates a contact with requests, and prints Drift's response.

DRIFT_TOKEN   the access token
DRIFT_BASE_URL   another base URL than https://driftapi.com, such as a local Drift
"""

import os
import sys

import requests

drift = requests.Session()
drift.headers["Authorization"] = f"Bearer {os.environ['DRIFT_TOKEN']}"

# When this times out the contact may or may not be there: look it up before you send it again.
response = drift.post(
    os.environ.get("DRIFT_BASE_URL", "https://driftapi.com") + "/contacts",
    json={
        "attributes": {
            "email": "ada@example.test",
            "externalId": "u_9f3c1ad27b60e845",
        }
    },
    timeout=30,
)
if not response.ok:
    sys.exit(f"{response.status_code} {response.text}")
print(response.text)
