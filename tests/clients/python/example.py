"""Creates one contact through a gateway, and prints it, or what Drift says where it is there already."""

import os
import secrets
import sys
import time
import uuid

import drift_contacts as drift
import urllib3

configuration = drift.Configuration(
    host=os.environ.get("DRIFT_BASE_URL", "http://127.0.0.1:8474"),  # where `drift gateway` listens
    access_token=os.environ["DRIFT_TOKEN"],
)
contacts = drift.ContactsApi(drift.ApiClient(configuration))
# Made once, outside the loop, and kept with your own record: every attempt sends the same id and the same key.
external_id = os.environ.get("DRIFT_EXTERNAL_ID") or f"u_{secrets.token_hex(16)}"
key = str(uuid.uuid4())
attributes = drift.ContactCreateAttributes(
    email="ada@example.test",
    external_id=external_id,
    additional_properties={"plan": "pro", "seats": 12, "vip": True},
)
request = drift.ContactCreateRequest(attributes=attributes)

while True:
    try:
        contact = contacts.create_contact(request, idempotency_key=key).data
        print(contact.id, contact.attributes.additional_properties["plan"])
        break
    except drift.ApiException as error:
        if error.status < 500 and error.status not in (408, 429):
            # 409 with CONTACT-6: a contact with this external id is there already.
            print(error.status, error.data.error.type if error.data else error.reason)
            break
        reason = error.status
    except urllib3.exceptions.HTTPError as error:
        reason = type(error).__name__
    print(f"no result yet ({reason}): the same request again, in a second", file=sys.stderr)
    time.sleep(1)
