package io.octavo.benchmarks;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * The best float peak that was ever seen on a machine, kept in a file. A run whose own peak is far
 * below it had to share the processor with something else and is void. A file of another machine
 * does not count, and is overwritten.
 */
record BestPeak(Path file, String machine, double gigaMacs) {
  /** Share of the best peak that a run has to reach. */
  static final double LEAST_SHARE = 0.9;

  private static final String KEY = "float.gigaMacs";
  private static final String MACHINE = "machine";

  static BestPeak read(Path file, String machine) throws IOException {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        properties.load(reader);
      }
    }
    boolean same = properties.getProperty(MACHINE, "").equals(machine);
    double best = same ? Double.parseDouble(properties.getProperty(KEY, "0")) : 0;
    return new BestPeak(file, machine, best);
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
      writer.write(Markdown.format("%s=%s\n%s=%.2f\n", MACHINE, machine, KEY, peak));
    }
    return new BestPeak(file, machine, peak);
  }
}
