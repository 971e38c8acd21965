package io.octavo.hostile;

import io.octavo.TextEmbedder;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Embeds for a long time: {@code mvn -q test-compile exec:exec@soak -Dsoak.seconds=600}. {@value
 * #THREADS} threads embed batches of random sizes of texts of random lengths, each of which has the
 * bits that it had in a first pass. Meanwhile the live heap (after a collection) and the anonymous
 * memory of the process are sampled.
 *
 * <p>Demanded: the same bits always; and, after the first third of the time, memory that is flat.
 * The slope of a least-squares line through the samples, over the rest of the time, may raise the
 * live heap by {@value #HEAP_GROWTH} bytes at most and the anonymous memory by {@value
 * #PROCESS_GROWTH}. The latter is wider because the collector decides when the heap's unused pages
 * are touched and given back.
 */
public final class Soak {
  private static final int THREADS = 4;
  private static final int TEXTS = 200;
  private static final int LARGEST_BATCH = 24;
  private static final int SAMPLES = 60;
  private static final double HEAP_GROWTH = 4 << 20;
  private static final double PROCESS_GROWTH = 64 << 20;

  private final TextEmbedder model;
  private final List<String> texts;
  private final List<float[]> expected;
  private final AtomicLong embedded = new AtomicLong();
  private volatile boolean over;

  private Soak(TextEmbedder model) {
    this.model = model;
    this.texts = texts();
    this.expected = model.embedAll(texts);
  }

  /** A point of time, in seconds, and what was measured. */
  private record Sample(double seconds, double heap, double process) {}

  /**
   * Runs for some time and prints what was measured; the exit status is 1 if anything is not as
   * demanded.
   *
   * @param arguments seconds; the model, or nothing for a small one that is written for it
   */
  public static void main(String[] arguments) throws Exception {
    Duration time = Duration.ofSeconds(Long.parseLong(arguments[0]));
    boolean sound;
    if (arguments.length > 1) {
      try (TextEmbedder model = TextEmbedder.load(Path.of(arguments[1]))) {
        sound = new Soak(model).run(time);
      }
    } else {
      TinyHuggingFace tiny = TinyHuggingFace.of(HuggingFaceFamily.BERT, 1);
      try (TextEmbedder model =
          TextEmbedder.load(ModelSource.ofBytes("small", tiny.files()), LoadOptions.defaults())) {
        sound = new Soak(model).run(time);
      }
    }
    System.exit(sound ? 0 : 1);
  }

  private static List<String> texts() {
    Random random = new Random(3);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      StringBuilder text = new StringBuilder();
      int words = 1 << random.nextInt(9);
      for (int word = random.nextInt(words) + 1; word > 0; word--) {
        text.append((char) ('a' + random.nextInt(26))).append(i).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private boolean run(Duration time) throws Exception {
    List<Sample> samples = new ArrayList<>();
    List<Future<?>> users = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      for (int thread = 0; thread < THREADS; thread++) {
        int seed = thread;
        users.add(threads.submit(() -> embed(new Random(seed))));
      }
      try {
        long start = System.nanoTime();
        for (int i = 1; i <= SAMPLES; i++) {
          long next = start + time.toNanos() * i / SAMPLES;
          TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
          samples.add(sample((System.nanoTime() - start) / 1e9));
        }
      } finally {
        over = true;
      }
      for (Future<?> user : users) {
        user.get(60, TimeUnit.SECONDS);
      }
    }
    return report(samples);
  }

  private void embed(Random random) {
    while (!over) {
      int count = 1 + random.nextInt(LARGEST_BATCH);
      List<Integer> chosen = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        chosen.add(random.nextInt(TEXTS));
      }
      List<float[]> vectors = model.embedAll(chosen.stream().map(texts::get).toList());
      for (int i = 0; i < count; i++) {
        if (!Arrays.equals(vectors.get(i), expected.get(chosen.get(i)))) {
          throw new AssertionError("other bits than in the first pass, of text " + chosen.get(i));
        }
      }
      embedded.addAndGet(count);
    }
  }

  private static Sample sample(double seconds) throws IOException, InterruptedException {
    return new Sample(seconds, ProcessMemory.liveHeapBytes(), ProcessMemory.anonymousBytes());
  }

  private boolean report(List<Sample> samples) {
    List<Sample> late = samples.subList(samples.size() / 3, samples.size());
    double span = late.getLast().seconds() - late.getFirst().seconds();
    double heap = span * slope(late, true);
    double process = span * slope(late, false);
    boolean flat = heap <= HEAP_GROWTH && process <= PROCESS_GROWTH;
    System.out.printf(
        "%d texts in %.0f s, all with the bits of the first pass%n"
            + "live heap %.1f MiB at first, %.1f at last, by its slope %+.2f in the last %.0f s%n"
            + "anonymous memory %.1f MiB at first, %.1f at last, by its slope %+.2f%n%s%n",
        embedded.get(),
        samples.getLast().seconds(),
        mebibytes(late.getFirst().heap()),
        mebibytes(late.getLast().heap()),
        mebibytes(heap),
        span,
        mebibytes(late.getFirst().process()),
        mebibytes(late.getLast().process()),
        mebibytes(process),
        flat ? "no violation" : "VIOLATION memory grows");
    return flat;
  }

  private static double mebibytes(double bytes) {
    return bytes / (1 << 20);
  }

  /** Bytes per second. */
  private static double slope(List<Sample> samples, boolean heap) {
    double meanTime = samples.stream().mapToDouble(Sample::seconds).average().orElse(0);
    double mean =
        samples.stream().mapToDouble(s -> heap ? s.heap() : s.process()).average().orElse(0);
    double products = 0;
    double squares = 0;
    for (Sample sample : samples) {
      double time = sample.seconds() - meanTime;
      products += time * ((heap ? sample.heap() : sample.process()) - mean);
      squares += time * time;
    }
    return squares == 0 ? 0 : products / squares;
  }
}
