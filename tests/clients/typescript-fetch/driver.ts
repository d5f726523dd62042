// Reads calls on standard input, makes them through the generated client, prints what each gave as a line of JSON.
import { Configuration, Contact, ContactAttributesToJSON, ContactsApi, ErrorResponseFromJSON, FindIdType, ResponseError } from "drift-contacts-fetch";
import { Call, say, told } from "./calls";

const { token, accounts, calls } = told();
const ids = new Map<string, number>();

function idOf(call: Call): number {
  return ids.get(call.contact) ?? Number.NaN;
}

function plain(contact: Contact): object {
  const { email, externalId } = contact.attributes;
  return {
    id: String(contact.id),
    createdAt: String(contact.createdAt),
    email: email ?? null,
    externalId: externalId ?? null,
    attributes: ContactAttributesToJSON(contact.attributes),
  };
}

async function answer(api: ContactsApi, call: Call): Promise<Contact[] | boolean> {
  switch (call.do) {
    case "create":
      return [(await api.createContact({ contactCreateRequest: { attributes: call.attributes } })).data];
    case "get":
      return [(await api.getContact({ contactId: idOf(call) })).data];
    case "find":
      return call.email === undefined
        ? (await api.findContacts({ idType: FindIdType.External, id: call.externalIds })).data
        : (await api.findContacts({ email: call.email })).data;
    case "update": {
      const contactUpdateRequest = { attributes: call.attributes };
      return [(await api.updateContact({ contactId: idOf(call), contactUpdateRequest })).data];
    }
    case "delete":
      return (await api.deleteContact({ contactId: idOf(call) })).ok === true;
    default:
      throw new Error(`no call ${call.do}`);
  }
}

async function refusal(error: unknown): Promise<object> {
  if (error instanceof ResponseError) {
    const { type, message } = ErrorResponseFromJSON(await error.response.json()).error;
    return { error: { status: error.response.status, type, message } };
  }
  return { failed: String(error) };
}

async function run(call: Call): Promise<object> {
  const api = new ContactsApi(new Configuration({ basePath: accounts[call.account], accessToken: token }));
  try {
    const given = await answer(api, call);
    if (typeof given === "boolean") return { deleted: given };
    if (call.as !== undefined) ids.set(call.as, given[0].id);
    return { contacts: given.map(plain) };
  } catch (error) {
    return refusal(error);
  }
}

async function main(): Promise<void> {
  for (const call of calls) say(await run(call));
}

void main();
