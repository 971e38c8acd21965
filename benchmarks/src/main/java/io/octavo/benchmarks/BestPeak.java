package io.octavo.benchmarks;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The best float peak that was ever seen on this machine, kept in a file. A run whose own peak is
 * far below it had to share the processor with something else and is void.
 */
record BestPeak(Path file, double gigaMacs) {
  /** Share of the best peak that a run has to reach. */
  static final double LEAST_SHARE = 0.9;

  private static final String KEY = "float.gigaMacs";

  static BestPeak read(Path file) throws IOException {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
    }
    return new BestPeak(file, Double.parseDouble(properties.getProperty(KEY, "0")));
  }

  boolean voids(JmhRun run) {
    return run.peak().isPresent() && run.peak().getAsDouble() < LEAST_SHARE * gigaMacs;
  }

  /** Raises the best peak to that of the run, if that is higher. */
  BestPeak raisedBy(JmhRun run) throws IOException {
    double peak = run.peak().orElse(0);
    if (peak <= gigaMacs) {
      return this;
    }
    try (Writer writer = Files.newBufferedWriter(file)) {
      writer.write(Markdown.format("%s=%.2f\n", KEY, peak));
    }
    return new BestPeak(file, peak);
  }
}
