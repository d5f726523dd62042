// Creates one contact through a gateway, and prints it, or what Drift says where it is there already.
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { Configuration, ContactsApi, ErrorResponseFromJSON, FetchError, ResponseError } from "drift-contacts-fetch";

const contacts = new ContactsApi(
  new Configuration({
    basePath: process.env.DRIFT_BASE_URL ?? "http://127.0.0.1:8474", // where `drift gateway` listens
    accessToken: process.env.DRIFT_TOKEN,
  }),
);
// Made once, outside the loop, and kept with your own record: every attempt sends the same id and the same key.
const externalId = process.env.DRIFT_EXTERNAL_ID ?? `u_${randomUUID()}`;
const idempotencyKey = randomUUID();
const attributes = { email: "ada@example.test", externalId, plan: "pro", seats: 12, vip: true };

for (;;) {
  let reason: string;
  try {
    const created = await contacts.createContact({ contactCreateRequest: { attributes }, idempotencyKey });
    console.log(created.data.id, created.data.attributes.plan);
    break;
  } catch (error) {
    if (error instanceof ResponseError) {
      const { status } = error.response;
      if (status < 500 && ![408, 429].includes(status)) {
        // 409 with CONTACT-6: a contact with this external id is there already.
        console.log(status, ErrorResponseFromJSON(await error.response.json()).error.type);
        break;
      }
      reason = String(status);
    } else if (error instanceof FetchError || error instanceof TypeError) {
      // A FetchError where no response began, a TypeError where it broke off.
      reason = error.name;
    } else {
      throw error;
    }
  }
  console.error(`no result yet (${reason}): the same request again, in a second`);
  await setTimeout(1000);
}
