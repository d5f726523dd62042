import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Creates a contact with OkHttp, and prints Drift's response.
 *
 * <p>DRIFT_TOKEN is the access token, DRIFT_BASE_URL another base URL than https://driftapi.com, such as a local Drift.
 */
public final class CreateContact {
  private static final String CONTACT = """
      {
        "attributes": {
          "email": "ada@example.test",
          "externalId": "u_9f3c1ad27b60e845"
        }
      }
      """;

  public static void main(String[] arguments) throws Exception {
    String baseUrl = System.getenv().getOrDefault("DRIFT_BASE_URL", "https://driftapi.com");
    // OkHttp sends a request again by itself when a kept connection turns out to be broken. A create must not be.
    OkHttpClient client = new OkHttpClient.Builder()
        .callTimeout(Duration.ofSeconds(30))
        .retryOnConnectionFailure(false)
        .build();
    Request request = new Request.Builder()
        .url(baseUrl + "/contacts")
        .header("Authorization", "Bearer " + System.getenv("DRIFT_TOKEN"))
        .post(RequestBody.create(CONTACT, MediaType.get("application/json")))
        .build();
    try (Response response = client.newCall(request).execute()) {
      String body = response.body().string();
      if (!response.isSuccessful()) {
        System.err.println(response.code() + " " + body);
        System.exit(1);
      }
      System.out.println(body);
    }
    System.exit(0);
  }
}
