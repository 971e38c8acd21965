package io.octavo.testing;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Assumptions;

/** Other implementations that tests compare with are native libraries, which a JVM may deny. */
public final class NativeLibraries {
  private static final String DENIED = "--illegal-native-access=deny";

  private NativeLibraries() {}

  /**
   * Ends the calling test as one that is skipped, where this JVM denies native libraries.
   *
   * @param library what it needs
   */
  public static void assumeAllowed(String library) {
    Assumptions.assumeFalse(
        ManagementFactory.getRuntimeMXBean().getInputArguments().contains(DENIED),
        () -> library + " needs native access, which this JVM denies");
  }
}
