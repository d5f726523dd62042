package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The code under test: puts a person who signs up into Drift. */
public final class Drift {
  /** Another contact has this external id. */
  public static final class AlreadyThere extends Exception {}

  private record Response(int status, JsonNode data) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final String baseUrl;
  private final String token;
  private final Duration timeout;

  public Drift(String baseUrl, String token, Duration timeout) {
    this.baseUrl = baseUrl;
    this.token = token;
    this.timeout = timeout;
  }

  /** Creates the contact. When the response is lost, looks it up and never sends it twice. */
  public JsonNode signUp(String externalId, String email, Map<String, ?> attributes)
      throws IOException, InterruptedException, AlreadyThere {
    Map<String, Object> all = new LinkedHashMap<>(attributes);
    all.put("email", email);
    all.put("externalId", externalId);
    int status = 0;
    try {
      Response response = call("POST", "/contacts", Map.of("attributes", all));
      status = response.status;
      if (status == 200) {
        return response.data;
      }
    } catch (IOException lost) {
      // A timeout or a broken connection: the contact may be there, or not.
    }
    if (status == 409) {
      throw new AlreadyThere();
    }
    if (status >= 400 && status < 500) {
      throw new IOException("Drift refused: " + status);
    }
    JsonNode found = find(externalId);
    if (found.isEmpty()) {
      throw new IOException("Drift did not take the contact");
    }
    return found.get(0);
  }

  /** The contacts with this external id. */
  public JsonNode find(String externalId) throws IOException, InterruptedException {
    String id = URLEncoder.encode(externalId, StandardCharsets.UTF_8);
    return call("GET", "/contacts?idType=external&id=" + id, null).data;
  }

  private Response call(String method, String path, Object body) throws IOException, InterruptedException {
    var content = body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(JSON.writeValueAsString(body));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(baseUrl + path))
            .method(method, content)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .timeout(timeout)
            .build();
    var response = http.send(request, BodyHandlers.ofString());
    return new Response(response.statusCode(), JSON.readTree(response.body()).path("data"));
  }
}
