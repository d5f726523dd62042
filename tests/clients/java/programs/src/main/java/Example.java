import drift.contacts.ApiClient;
import drift.contacts.ApiException;
import drift.contacts.api.ContactsApi;
import drift.contacts.model.Contact;
import drift.contacts.model.ContactCreateAttributes;
import drift.contacts.model.ContactCreateRequest;
import drift.contacts.model.ErrorResponse;

/** Creates a contact, and prints it, or what Drift says where it is there already. */
public final class Example {
  public static void main(String[] arguments) throws Exception {
    ApiClient client = new ApiClient();
    client.setBasePath(System.getenv().getOrDefault("DRIFT_BASE_URL", "https://driftapi.com"));
    client.setBearerToken(System.getenv("DRIFT_TOKEN"));
    ContactsApi contacts = new ContactsApi(client);
    ContactCreateAttributes attributes = new ContactCreateAttributes()
        .email("ada@example.test")
        .externalId("u_9f3c1ad27b60e845")
        .putAdditionalProperty("plan", "pro")
        .putAdditionalProperty("seats", 12)
        .putAdditionalProperty("vip", true);
    try {
      Contact contact = contacts.createContact(new ContactCreateRequest().attributes(attributes)).getData();
      System.out.println(contact.getId() + " " + contact.getAttributes().getAdditionalProperty("plan"));
    } catch (ApiException error) {
      // 409 with CONTACT-6: a contact with this external id is there already.
      String type = ErrorResponse.fromJson(error.getResponseBody()).getError().getType();
      System.out.println(error.getCode() + " " + type);
    }
    System.exit(0);
  }
}
