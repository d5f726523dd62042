"""Creates a contact, and prints it, or what Drift says where it is there already."""

import os

import drift_contacts as drift

configuration = drift.Configuration(
    host=os.environ.get("DRIFT_BASE_URL", "https://driftapi.com"),
    access_token=os.environ["DRIFT_TOKEN"],
)
contacts = drift.ContactsApi(drift.ApiClient(configuration))
attributes = drift.ContactCreateAttributes(
    email="ada@example.test",
    external_id="u_9f3c1ad27b60e845",
    additional_properties={"plan": "pro", "seats": 12, "vip": True},
)
try:
    contact = contacts.create_contact(drift.ContactCreateRequest(attributes=attributes)).data
    print(contact.id, contact.attributes.additional_properties["plan"])
except drift.ApiException as error:
    # 409 with CONTACT-6: a contact with this external id is there already.
    print(error.status, error.data.error.type if error.data else error.body)
