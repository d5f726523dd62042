// Creates a contact, and prints it, or what Drift says where it is there already.
import { isAxiosError } from "axios";
import { Configuration, ContactsApi, ErrorResponse } from "drift-contacts-axios";

async function main(): Promise<void> {
  const contacts = new ContactsApi(
    new Configuration({
      basePath: process.env.DRIFT_BASE_URL ?? "https://driftapi.com",
      accessToken: process.env.DRIFT_TOKEN,
    }),
  );
  try {
    const created = await contacts.createContact({
      attributes: { email: "ada@example.test", externalId: "u_9f3c1ad27b60e845", plan: "pro", seats: 12, vip: true },
    });
    const contact = created.data.data;
    console.log(contact.id, contact.attributes.plan);
  } catch (error) {
    // 409 with CONTACT-6: a contact with this external id is there already.
    if (!isAxiosError<ErrorResponse>(error)) throw error;
    console.log(error.response?.status, error.response?.data.error.type);
  }
}

void main();
