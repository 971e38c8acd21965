package io.octavo.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A watch that sees nothing would find nothing wrong. */
class HeapWatchTest {
  @Test
  void largeArraysOfAnyThreadAreSeen() throws InterruptedException {
    Assumptions.assumeTrue(
        HeapWatch.seesAll(),
        "this collector's allocation buffers may grow beyond such an array; -XX:-ResizeTLAB"
            + " -XX:TLABSize=256k keeps them small");
    List<String> found = new ArrayList<>();
    try (HeapWatch watch = new HeapWatch()) {
      HeapWatch.Use use = new HeapWatch.Use();
      use.variant = 7;
      use.begin();
      byte[][] kept = new byte[1][];
      Thread thread = Thread.ofPlatform().start(() -> kept[0] = new byte[20 << 20]);
      thread.join();
      use.commit();
      assertThat(kept[0]).hasSize(20 << 20);
      watch.finish((variant, object) -> found.add(variant + " " + (object.bytes() >> 20)));
      assertThat(found).as(watch::toString).contains("7 20");
    }
  }
}
