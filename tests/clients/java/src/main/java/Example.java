import drift.contacts.ApiClient;
import drift.contacts.ApiException;
import drift.contacts.api.ContactsApi;
import drift.contacts.model.Contact;
import drift.contacts.model.ContactCreateAttributes;
import drift.contacts.model.ContactCreateRequest;
import drift.contacts.model.ErrorResponse;
import java.io.IOException;
import java.util.UUID;

/** Creates one contact through a gateway, and prints it, or what Drift says where it is there already. */
public final class Example {
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ApiClient client = new ApiClient();
    // Where `drift gateway` listens.
    client.setBasePath(System.getenv().getOrDefault("DRIFT_BASE_URL", "http://127.0.0.1:8474"));
    client.setBearerToken(System.getenv("DRIFT_TOKEN"));
    ContactsApi contacts = new ContactsApi(client);
    // Made once, outside the loop, and kept with your own record: every attempt sends the same id and the same key.
    String externalId = System.getenv().getOrDefault("DRIFT_EXTERNAL_ID", "u_" + UUID.randomUUID());
    String key = UUID.randomUUID().toString();
    ContactCreateAttributes attributes = new ContactCreateAttributes()
        .email("ada@example.test")
        .externalId(externalId)
        .putAdditionalProperty("plan", "pro")
        .putAdditionalProperty("seats", 12)
        .putAdditionalProperty("vip", true);
    ContactCreateRequest request = new ContactCreateRequest().attributes(attributes);

    while (true) {
      try {
        Contact contact = contacts.createContact(request, key, null, null).getData();
        System.out.println(contact.getId() + " " + contact.getAttributes().getAdditionalProperty("plan"));
        break;
      } catch (ApiException error) {
        // The code is 0 where no response came.
        int status = error.getCode();
        if (status >= 400 && status < 500 && status != 408 && status != 429) {
          // 409 with CONTACT-6: a contact with this external id is there already.
          String type = ErrorResponse.fromJson(error.getResponseBody()).getError().getType();
          System.out.println(status + " " + type);
          break;
        }
        System.err.println("no result yet (" + status + "): the same request again, in a second");
        Thread.sleep(1000);
      }
    }
    System.exit(0);
  }
}
