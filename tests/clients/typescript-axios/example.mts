// Creates one contact through a gateway, and prints it, or what Drift says where it is there already.
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { isAxiosError } from "axios";
import { Configuration, ContactsApi, type ErrorResponse } from "drift-contacts-axios";

const contacts = new ContactsApi(
  new Configuration({
    basePath: process.env.DRIFT_BASE_URL ?? "http://127.0.0.1:8474", // where `drift gateway` listens
    accessToken: process.env.DRIFT_TOKEN,
  }),
);
// Made once, outside the loop, and kept with your own record: every attempt sends the same id and the same key.
const externalId = process.env.DRIFT_EXTERNAL_ID ?? `u_${randomUUID()}`;
const key = randomUUID();
const attributes = { email: "ada@example.test", externalId, plan: "pro", seats: 12, vip: true };

for (;;) {
  try {
    const contact = (await contacts.createContact({ attributes }, key)).data.data;
    console.log(contact.id, contact.attributes.plan);
    break;
  } catch (error) {
    if (!isAxiosError<ErrorResponse>(error)) throw error;
    const response = error.response;
    if (response && response.status < 500 && ![408, 429].includes(response.status)) {
      // 409 with CONTACT-6: a contact with this external id is there already.
      console.log(response.status, response.data.error?.type);
      break;
    }
    console.error(`no result yet (${response?.status ?? error.code}): the same request again, in a second`);
    await setTimeout(1000);
  }
}
