package io.octavo.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * The most anonymous memory (RssAnon: heap, off-heap memory and all else that is no file) that this
 * process held since it was opened, as Linux tells it every 20 milliseconds; 0 elsewhere.
 */
final class PeakMemory implements AutoCloseable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String FIELD = "RssAnon:";
  private static final long PERIOD_MILLISECONDS = 20;

  private final AtomicLong peak = new AtomicLong();
  private final Thread watcher;

  private PeakMemory() {
    watcher = Thread.ofPlatform().daemon().name("peak-memory").start(this::watch);
  }

  static PeakMemory open() {
    return new PeakMemory();
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        anonymousBytes().ifPresent(bytes -> peak.accumulateAndGet(bytes, Math::max));
        Thread.sleep(PERIOD_MILLISECONDS);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private static OptionalLong anonymousBytes() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(FIELD))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (IOException absent) {
      return OptionalLong.empty();
    }
  }

  /** Bytes, of all moments that were looked at. */
  long bytes() {
    return peak.get();
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
