package io.octavo.study;

import io.octavo.TextEmbedder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The time from {@link TextEmbedder#load} called to ready, with LLM.int8(), in JVMs that have just
 * started: {@code mvn -q test-compile exec:exec@load}.
 */
public final class LoadStudy {
  private static final int RUNS = 5;

  private LoadStudy() {}

  /**
   * Loads the model in one JVM after the other and prints each time and the median; with {@code
   * --once} loads it here.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path model = Path.of(arguments[0]);
    if (List.of(arguments).contains("--once")) {
      System.out.println(loadMillis(model));
      return;
    }
    runOnce(model); // fills the page cache
    double[] millis = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      millis[run] = runOnce(model);
      System.out.printf("JVM %d: %.0f ms%n", run + 1, millis[run]);
    }
    Arrays.sort(millis);
    System.out.printf("median: %.0f ms%n", millis[RUNS / 2]);
  }

  private static double loadMillis(Path model) {
    long start = System.nanoTime();
    try (TextEmbedder embedder = TextEmbedder.load(model)) {
      long end = System.nanoTime();
      if (embedder.dimensions() == 0) {
        throw new IllegalStateException("An empty model");
      }
      return (end - start) / 1e6;
    }
  }

  private static double runOnce(Path model) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-classpath",
                System.getProperty("java.class.path"),
                LoadStudy.class.getName(),
                model.toString(),
                "--once")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("The JVM ended with " + process.exitValue());
    }
    return Double.parseDouble(output.strip());
  }
}
