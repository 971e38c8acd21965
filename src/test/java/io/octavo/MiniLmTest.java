package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.load.LoadOptions;
import io.octavo.tensor.DType;
import io.octavo.testing.Paragraphs;
import io.octavo.testing.TestData;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What all-MiniLM-L6-v2 takes, and that its vectors depend on nothing but their text. */
class MiniLmTest {
  private static final long MEGABYTE = 1_000_000;

  @Test
  void aTextsBitsDependOnNeitherBatchNorThreads() {
    List<String> paragraphs = Paragraphs.read().subList(0, 60);
    List<float[]> alone = new ArrayList<>();
    try (TextEmbedder one =
        TextEmbedder.load(TestData.miniLm(), LoadOptions.defaults().withThreads(1))) {
      for (String paragraph : paragraphs) {
        alone.add(one.embed(paragraph));
      }
    }
    try (TextEmbedder two =
        TextEmbedder.load(TestData.miniLm(), LoadOptions.defaults().withThreads(2))) {
      List<float[]> together = two.embedAll(paragraphs);
      List<float[]> reversed = two.embedAll(paragraphs.reversed()).reversed();
      for (int i = 0; i < paragraphs.size(); i++) {
        assertThat(together.get(i)).isEqualTo(alone.get(i));
        assertThat(reversed.get(i)).isEqualTo(alone.get(i));
      }
      assertThat(two.report().outliers())
          .anySatisfy(layer -> assertThat(layer.counts().outliers()).isPositive());
    }
  }

  @Test
  void aLoadedModelIsSmall() {
    long before = usedHeap();
    try (TextEmbedder embedder = TextEmbedder.load(TestData.miniLm())) {
      assertThat(embedder.report().offHeapBytes()).isLessThanOrEqualTo(37 * MEGABYTE);
      assertThat(usedHeap() - before).isLessThan(12 * MEGABYTE);
      assertThat(embedder.dimensions()).isEqualTo(384);
    }
    LoadOptions small = LoadOptions.defaults().withEmbeddingType(DType.I8);
    try (TextEmbedder embedder = TextEmbedder.load(TestData.miniLm(), small)) {
      assertThat(embedder.report().offHeapBytes()).isLessThanOrEqualTo(26 * MEGABYTE);
    }
  }

  private static long usedHeap() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
