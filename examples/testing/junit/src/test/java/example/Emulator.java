package example;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts a local Drift for the tests. Set DRIFT to the program if it is not on the PATH. */
public final class Emulator implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  public static final String TOKEN = "sandbox";

  private final HttpClient http = HttpClient.newHttpClient();
  private Process process;
  private String url;

  /** On a free port; its first line is its address. */
  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    String program = Optional.ofNullable(System.getenv("DRIFT")).orElse("drift");
    process =
        new ProcessBuilder(program, "emulator", "--port", "0", "--token", TOKEN)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    url = new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
  }

  /** Empty and without faults for every test. */
  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    control("DELETE", "/faults", "");
    control("POST", "/reset", "");
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    process.destroy();
    process.waitFor();
  }

  public String url() {
    return url;
  }

  /** Adds a fault, as JSON. */
  public void fault(String fault) throws Exception {
    control("POST", "/faults", "[" + fault + "]");
  }

  public int contacts() throws Exception {
    return new ObjectMapper().readTree(control("GET", "/state", "")).get("contacts").asInt();
  }

  private String control(String method, String path, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/_emulator" + path))
            .method(method, BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + TOKEN)
            .build();
    var response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.body());
    }
    return response.body();
  }
}
