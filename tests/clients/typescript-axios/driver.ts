// Reads calls on standard input, makes them through the generated client, prints what each gave as a line of JSON.
import { isAxiosError } from "axios";
import { Configuration, Contact, ContactsApi, ErrorResponse, FindIdType } from "drift-contacts-axios";
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
    attributes: contact.attributes,
  };
}

async function answer(api: ContactsApi, call: Call): Promise<Contact[] | boolean> {
  switch (call.do) {
    case "create":
      return [(await api.createContact({ attributes: call.attributes })).data.data];
    case "get":
      return [(await api.getContact(idOf(call))).data.data];
    case "find":
      return call.email === undefined
        ? (await api.findContacts(undefined, undefined, FindIdType.External, call.externalIds)).data.data
        : (await api.findContacts(call.email)).data.data;
    case "update":
      return [(await api.updateContact(idOf(call), { attributes: call.attributes })).data.data];
    case "delete":
      return (await api.deleteContact(idOf(call))).data.ok === true;
    default:
      throw new Error(`no call ${call.do}`);
  }
}

function refusal(error: unknown): object {
  if (isAxiosError<ErrorResponse>(error) && error.response) {
    const { type, message } = error.response.data.error;
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
