package io.octavo.hostile;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What the JVM's native memory tracking says about memory that Java code allocated off the heap
 * (its category "Other"), to the byte: every arena takes its memory from there. It needs {@code
 * -XX:NativeMemoryTracking=summary}.
 */
final class NativeWatch {
  private static final Pattern OTHER =
      Pattern.compile(
          "Other \\(reserved=\\d+, committed=\\d+\\)\\s*"
              + "\\(malloc=(\\d+) [^)]*\\) \\((?:peak=(\\d+) |at peak)");

  private NativeWatch() {}

  /**
   * The memory.
   *
   * @param bytes now
   * @param peak at most since the JVM started
   */
  record Reading(long bytes, long peak) {}

  /** The state now. */
  static Reading read() {
    String summary;
    try {
      summary =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "vmNativeMemory",
                      new Object[] {new String[] {"summary", "scale=b"}},
                      new String[] {String[].class.getName()});
    } catch (JMException exception) {
      throw new IllegalStateException(exception);
    }
    Matcher matcher = OTHER.matcher(summary);
    if (!matcher.find()) {
      throw new IllegalStateException(summary);
    }
    long bytes = Long.parseLong(matcher.group(1));
    return new Reading(bytes, matcher.group(2) == null ? bytes : Long.parseLong(matcher.group(2)));
  }
}
