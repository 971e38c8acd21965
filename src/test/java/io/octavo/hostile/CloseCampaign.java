package io.octavo.hostile;

import io.octavo.TextEmbedder;
import io.octavo.load.LoadOptions;
import io.octavo.quantize.LlmInt8;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Closes a model while {@value #THREADS} threads embed, again and again: {@code mvn -q test-compile
 * exec:exec@close -Dclose.rounds=1000}. Each round loads the model from disk (with outlier weights
 * that are read from the mapped file), lets the threads embed texts and sequences, and closes it at
 * a random moment of the first milliseconds.
 *
 * <p>Demanded: what a call gives is what the model gave when nobody closed it, to the bit; a call
 * that comes too late gets an IllegalStateException that says so, and nothing else is thrown; after
 * all rounds the memory off the heap is what it was after the first ones, to {@value #TOLERANCE}
 * bytes by the JVM's own count of it (native memory tracking), none of the model's files is mapped
 * or open, and the process has grown by less than {@value #GROWTH} bytes of anonymous memory, code
 * included and the heap not, which has to be there from the beginning ({@code -Xms}, {@code
 * -XX:+AlwaysPreTouch}).
 */
public final class CloseCampaign {
  private static final int THREADS = 8;
  private static final int WARM_UP = 10;
  private static final long TOLERANCE = 64 << 10;
  private static final long GROWTH = 64L << 20;
  private static final LoadOptions OPTIONS =
      LoadOptions.defaults().withQuantization(LlmInt8.defaults().withThreshold(1f));

  private final Path folder;
  private final Random random = new Random(1);
  private final List<String> texts = List.of("a", "the quick word60 fox", "x y z ".repeat(40), "b");
  private final List<float[]> expected;
  private int calls;
  private int late;

  private CloseCampaign(Path folder) {
    this.folder = folder;
    try (TextEmbedder model = TextEmbedder.load(folder, OPTIONS)) {
      this.expected = model.embedAll(texts);
    }
  }

  /**
   * Runs the rounds and prints what was measured; the exit status is 1 if anything is not as
   * demanded.
   *
   * @param arguments the number of rounds
   */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("octavo-close");
    boolean sound;
    try {
      TinyHuggingFace.of(HuggingFaceFamily.BERT, 1).shape(2, 64, 4, 128).write(folder);
      sound = new CloseCampaign(folder).run(rounds);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    System.exit(sound ? 0 : 1);
  }

  private boolean run(int rounds) throws Exception {
    boolean sound = true;
    long native0 = 0;
    long anonymous0 = 0;
    for (int round = -WARM_UP; round < rounds; round++) {
      if (round == 0) {
        System.gc();
        native0 = NativeWatch.read().bytes();
        anonymous0 = ProcessMemory.anonymousBytes();
      }
      round();
    }
    System.gc();
    Thread.sleep(50);
    long nativeGrowth = NativeWatch.read().bytes() - native0;
    long anonymousGrowth = ProcessMemory.anonymousBytes() - anonymous0;
    System.out.printf(
        "%d rounds: %d calls served, %d too late; off the heap %+d bytes, anonymous memory %+d%n",
        rounds, calls, late, nativeGrowth, anonymousGrowth);
    sound &= nativeGrowth <= TOLERANCE && anonymousGrowth <= GROWTH;
    for (String place : List.of("/proc/self/maps", "/proc/self/fd")) {
      String found = mentions(Path.of(place));
      if (!found.isEmpty()) {
        System.out.println("VIOLATION " + place + " still has " + found);
        sound = false;
      }
    }
    System.out.println(sound ? "no violation" : "VIOLATION memory grows");
    return sound;
  }

  private void round() throws Exception {
    TextEmbedder model = TextEmbedder.load(folder, OPTIONS);
    CountDownLatch begun = new CountDownLatch(THREADS);
    List<Future<Integer>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int thread = 0; thread < THREADS; thread++) {
        results.add(threads.submit(use(model, thread, begun)));
      }
      begun.await();
      // Now and then before anybody has embedded anything, mostly in the middle of it.
      TimeUnit.MICROSECONDS.sleep(random.nextInt(3000));
      model.close();
      for (Future<Integer> result : results) {
        calls += result.get(60, TimeUnit.SECONDS);
        late++;
      }
    } catch (ExecutionException exception) {
      throw new IllegalStateException("a call ended in something else", exception.getCause());
    }
  }

  /** Embeds until it is refused; returns how often it was not. */
  private Callable<Integer> use(TextEmbedder model, int thread, CountDownLatch begun) {
    return () -> {
      begun.countDown();
      int served = 0;
      while (true) {
        try {
          if (thread % 2 == 0) {
            requireSame(model.embedAll(texts), expected);
          } else {
            int text = served % texts.size();
            requireSame(List.of(model.embed(texts.get(text))), List.of(expected.get(text)));
          }
          served++;
        } catch (IllegalStateException exception) {
          if ("This model is closed".equals(exception.getMessage())) {
            return served;
          }
          throw exception;
        }
      }
    };
  }

  private static void requireSame(List<float[]> actual, List<float[]> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      if (!Arrays.equals(actual.get(i), wanted.get(i))) {
        throw new AssertionError("another vector than that of the model that nobody closed");
      }
    }
  }

  /** What stands in a list of the system's about the model's files. */
  private String mentions(Path list) throws IOException {
    List<String> lines = new ArrayList<>();
    if (Files.isDirectory(list)) {
      try (Stream<Path> links = Files.list(list)) {
        for (Path link : links.toList()) {
          try {
            lines.add(Files.readSymbolicLink(link).toString());
          } catch (IOException ignored) {
            // The listing's own, closed by now.
          }
        }
      }
    } else if (Files.isReadable(list)) {
      lines.addAll(Files.readAllLines(list));
    }
    return String.join(
        ", ", lines.stream().filter(line -> line.contains(folder.toString())).toList());
  }
}
