"""Creates one contact, and prints it, or what Drift says where it is there already."""

import os
import secrets
import sys

import drift_contacts as drift
import urllib3

configuration = drift.Configuration(
    host=os.environ.get("DRIFT_BASE_URL", "https://driftapi.com"),
    access_token=os.environ["DRIFT_TOKEN"],
)
contacts = drift.ContactsApi(drift.ApiClient(configuration))
# Made once, and kept with your own record: every attempt sends the same one, so a second contact is refused.
external_id = os.environ.get("DRIFT_EXTERNAL_ID") or f"u_{secrets.token_hex(16)}"
attributes = drift.ContactCreateAttributes(
    email="ada@example.test",
    external_id=external_id,
    additional_properties={"plan": "pro", "seats": 12, "vip": True},
)
request = drift.ContactCreateRequest(attributes=attributes)


def find():
    """The contacts with the external id: one, or none."""
    return contacts.find_contacts(id_type=drift.FindIdType.EXTERNAL, id=[external_id]).data


for attempt in range(1, 4):
    try:
        # Where the response was lost, look before sending again.
        found = find() if attempt > 1 else []
        contact = found[0] if found else contacts.create_contact(request).data
        print(contact.id, contact.attributes.additional_properties["plan"])
        break
    except drift.ApiException as error:
        # 409 with CONTACT-6: a contact with this external id is there already.
        print(error.status, error.data.error.type if error.data else error.reason)
        break
    except urllib3.exceptions.HTTPError as error:
        reason = type(error).__name__
        print(f"attempt {attempt}: no response, so the contact may exist ({reason})", file=sys.stderr)
