package io.octavo.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.ChildJvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A little of what {@link CloseCampaign} and {@link Soak} do for longer, each in its own JVM. */
class StressTest {
  /** The heap is there as a whole from the beginning, so that the process does not grow by it. */
  private static final List<String> FLAGS =
      List.of(
          "-Xms256m",
          "-Xmx256m",
          "-XX:+AlwaysPreTouch",
          "-XX:NativeMemoryTracking=summary",
          "--add-modules",
          "jdk.incubator.vector");

  @Test
  void modelsAreClosedWhileThreadsEmbed() throws Exception {
    run(CloseCampaign.class, "50");
  }

  @Test
  void memoryIsFlatAndBitsStayTheSame() throws Exception {
    run(Soak.class, "6");
  }

  private static void run(Class<?> main, String argument) throws Exception {
    ChildJvm child = ChildJvm.run(FLAGS, main, argument);
    assertThat(child.status()).as("%s %s", child.out(), child.err()).isZero();
    assertThat(child.out()).contains("no violation");
  }
}
