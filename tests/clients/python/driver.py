"""Reads calls on standard input, makes them through the generated client, prints what each gave as a line of JSON."""

import json
import sys

import drift_contacts as drift

CREATE_FIELDS = {"email": "email", "externalId": "external_id", "name": "name", "phone": "phone"}


def attributes_of(model, attributes):
    """A model of the attributes: declared ones as its fields, all others as additional properties."""
    declared = {CREATE_FIELDS[key]: value for key, value in attributes.items() if key in CREATE_FIELDS}
    custom = {key: value for key, value in attributes.items() if key not in CREATE_FIELDS}
    return model(**declared, additional_properties=custom)


def plain(contact):
    return {
        "id": str(contact.id),
        "createdAt": str(contact.created_at),
        "email": contact.attributes.email,
        "externalId": contact.attributes.external_id,
        "attributes": contact.attributes.to_dict(),
    }


def answer(api, call, ids):
    """Makes the call; gives the contacts that came back, or whether the contact was deleted."""
    if call["do"] == "create":
        attributes = attributes_of(drift.ContactCreateAttributes, call["attributes"])
        return [api.create_contact(drift.ContactCreateRequest(attributes=attributes)).data]
    if call["do"] == "get":
        return [api.get_contact(ids[call["contact"]]).data]
    if call["do"] == "find" and "email" in call:
        return api.find_contacts(email=call["email"]).data
    if call["do"] == "find":
        return api.find_contacts(id_type=drift.FindIdType.EXTERNAL, id=call["externalIds"]).data
    if call["do"] == "update":
        attributes = attributes_of(drift.ContactUpdateAttributes, call["attributes"])
        return [api.update_contact(ids[call["contact"]], drift.ContactUpdateRequest(attributes=attributes)).data]
    if call["do"] == "delete":
        return api.delete_contact(ids[call["contact"]]).ok
    raise ValueError(f"no call {call['do']}")


def run(api, call, ids):
    try:
        given = answer(api, call, ids)
    except drift.ApiException as error:
        detail = error.data.error
        return {"error": {"status": error.status, "type": detail.type, "message": detail.message}}
    if isinstance(given, bool):
        return {"deleted": given}
    if "as" in call:
        ids[call["as"]] = given[0].id
    return {"contacts": [plain(contact) for contact in given]}


def main():
    told = json.load(sys.stdin)
    apis = {}
    for name, url in told["accounts"].items():
        configuration = drift.Configuration(host=url, access_token=told["token"])
        apis[name] = drift.ContactsApi(drift.ApiClient(configuration))
    ids = {}
    for call in told["calls"]:
        try:
            line = run(apis[call["account"]], call, ids)
        except Exception as error:  # The line says which call it was; the others go on.
            line = {"failed": repr(error)}
        print(json.dumps(line), flush=True)


main()
