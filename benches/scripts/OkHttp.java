import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** OkHttp, a thread for each create in flight: URL IN_FLIGHT COUNT prints COUNT CPU_NS WALL_NS MEDIAN_NS. */
public final class OkHttp {
  private static final String TOKEN = "bench-token-0123456789abcdef";
  private static final MediaType JSON = MediaType.get("application/json");

  public static void main(String[] arguments) throws Exception {
    String url = arguments[0] + "/contacts";
    int inFlight = Integer.parseInt(arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    OkHttpClient client = new OkHttpClient.Builder()
        .callTimeout(Duration.ofSeconds(15))
        .connectionPool(new ConnectionPool(inFlight, 1, TimeUnit.MINUTES))
        .build();
    // The compiler of the virtual machine needs some thousand calls to warm up.
    creates(client, url, inFlight, Math.min(count, 5_000));
    var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long start = System.nanoTime();
    long[] times = creates(client, url, inFlight, count);
    long wall = System.nanoTime() - start;
    cpu = system.getProcessCpuTime() - cpu;
    Arrays.sort(times);
    System.out.println(count + " " + cpu + " " + wall + " " + times[count / 2]);
    System.exit(0);
  }

  private static long[] creates(OkHttpClient client, String url, int inFlight, int count) throws Exception {
    String[] contacts = new String[count];
    for (int number = 0; number < count; number++) {
      contacts[number] = contact(number);
    }
    long[] times = new long[count];
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(inFlight);
    var running = new ArrayList<Future<?>>();
    for (int thread = 0; thread < inFlight; thread++) {
      running.add(threads.submit(() -> {
        for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
          long start = System.nanoTime();
          create(client, url, contacts[number]);
          times[number] = System.nanoTime() - start;
        }
        return null;
      }));
    }
    for (Future<?> one : running) {
      one.get();
    }
    threads.shutdown();
    return times;
  }

  private static String contact(int number) {
    byte[] id = new byte[16];
    new SecureRandom().nextBytes(id);
    return """
        {"attributes":{"email":"person%d@example.test","externalId":"r_%s","name":"Ada Lovelace",\
        "phone":"+44 20 7946 0001","plan":"pro"}}""".formatted(number, HexFormat.of().formatHex(id));
  }

  private static void create(OkHttpClient client, String url, String contact) throws Exception {
    Request request = new Request.Builder()
        .url(url)
        .header("Authorization", "Bearer " + TOKEN)
        .post(RequestBody.create(contact, JSON))
        .build();
    try (Response response = client.newCall(request).execute()) {
      if (!response.isSuccessful() || !response.body().string().contains("\"id\":")) {
        throw new IllegalStateException("status " + response.code());
      }
    }
  }
}
