package io.octavo.hostile;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import jdk.jfr.StackTrace;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;

/**
 * Sees every large object that is allocated on the heap, by whatever thread, exactly: what does not
 * fit into what is left of a thread's allocation buffer is allocated in a new one, which is made as
 * large as the object needs, or outside of them, and the JVM's flight recorder has an event for
 * each of both ({@code jdk.ObjectAllocationInNewTLAB} and {@code jdk.ObjectAllocationOutsideTLAB},
 * neither sampled nor throttled). What is left of a buffer is never as large as the objects looked
 * for under G1 and ZGC; Serial and Parallel may give a thread a large share of their young
 * generation, unless they are told not to ({@link #seesAll()}).
 *
 * <p>Which variant an object belongs to is told by an event around each variant, on the recorder's
 * own clock.
 */
final class HeapWatch implements AutoCloseable {
  /** Smaller ones are not kept. */
  static final long SMALLEST = 1 << 20;

  private static final List<String> ALLOCATIONS =
      List.of("jdk.ObjectAllocationInNewTLAB", "jdk.ObjectAllocationOutsideTLAB");

  private final List<Large> large = new CopyOnWriteArrayList<>();
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final RecordingStream stream = new RecordingStream();

  /** A large object. */
  record Large(Instant time, long bytes, String type, String where) {}

  private record Span(int variant, Instant start, Instant end) {}

  /** Around the use of a variant. */
  @Name("io.octavo.hostile.Use")
  @Label("Use of a variant")
  @Category("Octavo")
  @StackTrace(false)
  @Registered
  static final class Use extends Event {
    @Label("Variant")
    int variant;
  }

  HeapWatch() {
    for (String event : ALLOCATIONS) {
      stream.enable(event).withStackTrace();
      stream.onEvent(event, this::allocated);
    }
    stream.enable(Use.class);
    stream.onEvent(
        "io.octavo.hostile.Use",
        event ->
            spans.add(new Span(event.getInt("variant"), event.getStartTime(), event.getEndTime())));
    stream.startAsync();
  }

  /** Whether what is left of an allocation buffer cannot hold the objects looked for. */
  static boolean seesAll() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
            .anyMatch(bean -> bean.getName().startsWith("G1") || bean.getName().startsWith("ZGC"))
        || ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("ResizeTLAB")
            .getValue()
            .equals("false");
  }

  private void allocated(RecordedEvent event) {
    long bytes = event.getLong("allocationSize");
    if (bytes >= SMALLEST) {
      var trace = event.getStackTrace();
      StringBuilder where = new StringBuilder();
      if (trace != null) {
        trace.getFrames().stream()
            .limit(8)
            .forEach(
                frame ->
                    where
                        .append("\n    at ")
                        .append(frame.getMethod().getType().getName())
                        .append('.')
                        .append(frame.getMethod().getName())
                        .append(':')
                        .append(frame.getLineNumber()));
      }
      large.add(
          new Large(
              event.getStartTime(),
              bytes,
              event.getClass("objectClass").getName(),
              where.toString()));
    }
  }

  /** Takes an object while a variant was used. */
  @FunctionalInterface
  interface Finding {
    /** Takes it. */
    void found(int variant, Large object);
  }

  /** Waits for all events and hands them on. */
  void finish(Finding finding) {
    stream.stop();
    for (Span span : spans) {
      for (Large object : large) {
        if (!object.time().isBefore(span.start()) && !object.time().isAfter(span.end())) {
          finding.found(span.variant(), object);
        }
      }
    }
  }

  /** What was seen so far. */
  @Override
  public String toString() {
    return spans + " " + large;
  }

  @Override
  public void close() {
    stream.close();
  }
}
