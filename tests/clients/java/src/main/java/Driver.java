import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import drift.contacts.ApiClient;
import drift.contacts.ApiException;
import drift.contacts.api.ContactsApi;
import drift.contacts.model.Contact;
import drift.contacts.model.ContactCreateAttributes;
import drift.contacts.model.ContactCreateRequest;
import drift.contacts.model.ContactUpdateAttributes;
import drift.contacts.model.ContactUpdateRequest;
import drift.contacts.model.ErrorDetail;
import drift.contacts.model.ErrorResponse;
import drift.contacts.model.FindIdType;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads calls on standard input, makes them through the generated client, prints what each gave as a line of JSON. */
public final class Driver {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE).create();

  private static final class Call {
    String account;
    Map<String, Object> attributes;
    String contact;
    String email;
    List<String> externalIds;
    String as;
    @com.google.gson.annotations.SerializedName("do")
    String what;
  }

  private static final class Told {
    String token;
    Map<String, String> accounts;
    List<Call> calls;
  }

  private final Map<String, ContactsApi> apis = new HashMap<>();
  private final Map<String, Long> ids = new HashMap<>();

  public static void main(String[] arguments) {
    InputStreamReader input = new InputStreamReader(System.in, StandardCharsets.UTF_8);
    Told told = GSON.fromJson(input, Told.class);
    PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Driver driver = new Driver();
    told.accounts.forEach((name, url) -> driver.apis.put(name, contactsApi(url, told.token)));
    for (Call call : told.calls) {
      output.println(GSON.toJson(driver.run(call)));
    }
    System.exit(0);
  }

  private static ContactsApi contactsApi(String url, String token) {
    ApiClient client = new ApiClient();
    client.setBasePath(url);
    client.setBearerToken(token);
    return new ContactsApi(client);
  }

  private Map<String, Object> run(Call call) {
    try {
      if (call.what.equals("delete")) {
        return Map.of("deleted", apis.get(call.account).deleteContact(ids.get(call.contact)).getOk());
      }
      List<Contact> contacts = answer(apis.get(call.account), call);
      if (call.as != null) {
        ids.put(call.as, contacts.get(0).getId());
      }
      List<Object> plain = new ArrayList<>();
      for (Contact contact : contacts) {
        plain.add(plain(contact));
      }
      return Map.of("contacts", plain);
    } catch (ApiException error) {
      return refusal(error);
    } catch (RuntimeException error) {
      return Map.of("failed", error.toString());
    }
  }

  private List<Contact> answer(ContactsApi api, Call call) throws ApiException {
    switch (call.what) {
      case "create":
        return List.of(api.createContact(new ContactCreateRequest().attributes(toCreate(call)), null, null, null).getData());
      case "get":
        return List.of(api.getContact(ids.get(call.contact)).getData());
      case "find":
        return call.email != null
            ? api.findContacts(call.email, null, null, null).getData()
            : api.findContacts(null, null, FindIdType.EXTERNAL, call.externalIds).getData();
      case "update":
        ContactUpdateRequest request = new ContactUpdateRequest().attributes(toUpdate(call));
        return List.of(api.updateContact(ids.get(call.contact), request).getData());
      default:
        throw new IllegalArgumentException("no call " + call.what);
    }
  }

  /** Declared attributes as fields, all others as additional properties. */
  private static ContactCreateAttributes toCreate(Call call) {
    ContactCreateAttributes attributes = new ContactCreateAttributes();
    call.attributes.forEach((name, value) -> {
      switch (name) {
        case "email": attributes.email((String) value); break;
        case "externalId": attributes.externalId((String) value); break;
        case "name": attributes.name((String) value); break;
        case "phone": attributes.phone((String) value); break;
        default: attributes.putAdditionalProperty(name, value);
      }
    });
    return attributes;
  }

  private static ContactUpdateAttributes toUpdate(Call call) {
    ContactUpdateAttributes attributes = new ContactUpdateAttributes();
    call.attributes.forEach((name, value) -> {
      switch (name) {
        case "email": attributes.email((String) value); break;
        case "externalId": attributes.externalId((String) value); break;
        case "name": attributes.name((String) value); break;
        case "phone": attributes.phone((String) value); break;
        default: attributes.putAdditionalProperty(name, value);
      }
    });
    return attributes;
  }

  private static Map<String, Object> plain(Contact contact) {
    Map<String, Object> plain = new LinkedHashMap<>();
    plain.put("id", contact.getId().toString());
    plain.put("createdAt", contact.getCreatedAt().toString());
    plain.put("email", contact.getAttributes().getEmail());
    plain.put("externalId", contact.getAttributes().getExternalId());
    plain.put("attributes", GSON.fromJson(contact.getAttributes().toJson(), Map.class));
    return plain;
  }

  private static Map<String, Object> refusal(ApiException error) {
    try {
      ErrorDetail detail = ErrorResponse.fromJson(error.getResponseBody()).getError();
      Map<String, Object> refusal = new LinkedHashMap<>();
      refusal.put("status", error.getCode());
      refusal.put("type", detail.getType());
      refusal.put("message", detail.getMessage());
      return Map.of("error", refusal);
    } catch (java.io.IOException | RuntimeException unreadable) {
      return Map.of("failed", error.toString());
    }
  }
}
