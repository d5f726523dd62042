import drift.contacts.ApiClient;
import drift.contacts.ApiException;
import drift.contacts.api.ContactsApi;
import drift.contacts.model.Contact;
import drift.contacts.model.ContactCreateAttributes;
import drift.contacts.model.ContactCreateRequest;
import drift.contacts.model.ErrorResponse;
import drift.contacts.model.FindIdType;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Creates one contact, and prints it, or what Drift says where it is there already. */
public final class Example {
  public static void main(String[] arguments) throws IOException {
    ApiClient client = new ApiClient();
    client.setBasePath(System.getenv().getOrDefault("DRIFT_BASE_URL", "https://driftapi.com"));
    client.setBearerToken(System.getenv("DRIFT_TOKEN"));
    ContactsApi contacts = new ContactsApi(client);
    // Made once, and kept with your own record: every attempt sends the same one, so a second contact is refused.
    String externalId = System.getenv().getOrDefault("DRIFT_EXTERNAL_ID", "u_" + UUID.randomUUID());
    ContactCreateAttributes attributes = new ContactCreateAttributes()
        .email("ada@example.test")
        .externalId(externalId)
        .putAdditionalProperty("plan", "pro")
        .putAdditionalProperty("seats", 12)
        .putAdditionalProperty("vip", true);
    ContactCreateRequest request = new ContactCreateRequest().attributes(attributes);

    for (int attempt = 1; attempt <= 3; attempt++) {
      try {
        // Where the response was lost, look before sending again.
        List<Contact> found = attempt > 1 ? find(contacts, externalId) : List.of();
        Contact contact = found.isEmpty() ? contacts.createContact(request).getData() : found.get(0);
        System.out.println(contact.getId() + " " + contact.getAttributes().getAdditionalProperty("plan"));
        break;
      } catch (ApiException error) {
        if (!(error.getCause() instanceof IOException)) {
          // 409 with CONTACT-6: a contact with this external id is there already.
          String type = ErrorResponse.fromJson(error.getResponseBody()).getError().getType();
          System.out.println(error.getCode() + " " + type);
          break;
        }
        String reason = error.getCause().getClass().getSimpleName();
        System.err.println("attempt " + attempt + ": no response, so the contact may exist (" + reason + ")");
      }
    }
    System.exit(0);
  }

  /** The contacts with the external id: one, or none. */
  private static List<Contact> find(ContactsApi contacts, String externalId) throws ApiException {
    return contacts.findContacts(null, null, FindIdType.EXTERNAL, List.of(externalId)).getData();
  }
}
