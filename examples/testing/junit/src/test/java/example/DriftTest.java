package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of Drift.signUp against a local Drift that keeps the rules, and misbehaves when told to. */
class DriftTest {
  @RegisterExtension static final Emulator emulator = new Emulator();

  private static final String ID = "u_9f3c1ad27b60e845";
  private static final String CREATE = "{\"method\":\"POST\",\"path\":\"/contacts\",\"times\":1,\"do\":%s}";
  private Drift drift;

  @BeforeEach
  void connect() {
    drift = new Drift(emulator.url(), Emulator.TOKEN, Duration.ofSeconds(1));
  }

  @Test
  void aPersonBecomesAContact() throws Exception {
    var contact = drift.signUp(ID, "ada@example.test", Map.of("plan", "pro"));
    assertEquals("pro", contact.at("/attributes/plan").asText());
    assertEquals(contact, drift.find(ID).get(0));
  }

  @Test
  void theSamePersonTwiceIsTold() throws Exception {
    drift.signUp(ID, "ada@example.test", Map.of());
    assertThrows(Drift.AlreadyThere.class, () -> drift.signUp(ID, "ada@example.test", Map.of()));
    assertEquals(1, emulator.contacts());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"disconnect\":{\"commit\":true}}",
        "{\"stall\":{\"commit\":true}}",
        "{\"status\":{\"status\":502,\"commit\":true}}"
      })
  void aLostAnswerMakesOneContact(String effect) throws Exception {
    emulator.fault(CREATE.formatted(effect));
    var contact = drift.signUp(ID, "ada@example.test", Map.of());
    assertEquals(ID, contact.at("/attributes/externalId").asText());
    assertEquals(1, emulator.contacts());
  }

  @Test
  void aCallThatWasNeverCarriedOutIsAnError() throws Exception {
    emulator.fault(CREATE.formatted("{\"disconnect\":{\"commit\":false}}"));
    assertThrows(IOException.class, () -> drift.signUp(ID, "ada@example.test", Map.of()));
    assertEquals(0, emulator.contacts());
  }
}
