// Creates a contact, and prints it, or what Drift says where it is there already.
import { Configuration, ContactsApi, ErrorResponseFromJSON, ResponseError } from "drift-contacts-fetch";

async function main(): Promise<void> {
  const contacts = new ContactsApi(
    new Configuration({
      basePath: process.env.DRIFT_BASE_URL ?? "https://driftapi.com",
      accessToken: process.env.DRIFT_TOKEN,
    }),
  );
  try {
    const created = await contacts.createContact({
      contactCreateRequest: {
        attributes: { email: "ada@example.test", externalId: "u_9f3c1ad27b60e845", plan: "pro", seats: 12, vip: true },
      },
    });
    console.log(created.data.id, created.data.attributes.plan);
  } catch (error) {
    // 409 with CONTACT-6: a contact with this external id is there already.
    if (!(error instanceof ResponseError)) throw error;
    console.log(error.response.status, ErrorResponseFromJSON(await error.response.json()).error.type);
  }
}

void main();
