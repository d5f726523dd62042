// Creates one contact, and prints it, or what Drift says where it is there already.
import { randomUUID } from "node:crypto";
import { isAxiosError } from "axios";
import { Configuration, ContactsApi, type ErrorResponse, FindIdType } from "drift-contacts-axios";

const contacts = new ContactsApi(
  new Configuration({
    basePath: process.env.DRIFT_BASE_URL ?? "https://driftapi.com",
    accessToken: process.env.DRIFT_TOKEN,
  }),
);
// Made once, and kept with your own record: every attempt sends the same one, so a second contact is refused.
const externalId = process.env.DRIFT_EXTERNAL_ID ?? `u_${randomUUID()}`;
const attributes = { email: "ada@example.test", externalId, plan: "pro", seats: 12, vip: true };

/** The contact with the external id, if there is one. */
async function find() {
  const found = await contacts.findContacts(undefined, undefined, FindIdType.External, [externalId]);
  return found.data.data[0];
}

for (let attempt = 1; attempt <= 3; attempt += 1) {
  try {
    // Where the response was lost, look before sending again.
    const there = attempt > 1 ? await find() : undefined;
    const contact = there ?? (await contacts.createContact({ attributes })).data.data;
    console.log(contact.id, contact.attributes.plan);
    break;
  } catch (error) {
    if (!isAxiosError<ErrorResponse>(error)) throw error;
    if (error.response) {
      // 409 with CONTACT-6: a contact with this external id is there already.
      console.log(error.response.status, error.response.data.error?.type);
      break;
    }
    console.error(`attempt ${attempt}: no response, so the contact may exist (${error.code})`);
  }
}
