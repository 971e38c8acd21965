package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.OctavoException;
import io.octavo.load.LoadOptions;
import io.octavo.model.Pooling;
import io.octavo.quantize.Int8Scheme;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.testing.OnnxRuntimeEncoder;
import io.octavo.testing.TinyOnnx;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The front door, on a small random model. */
@Tag("core")
class TextEmbedderTest {
  private static final LoadOptions FLOAT = LoadOptions.defaults().withFloatingPoint(DType.F32);

  private Path folder;
  private Path model;

  @BeforeEach
  void write(@TempDir Path empty) {
    folder = empty;
    model =
        TinyOnnx.bert()
            .shape(2, 96, 6, 130)
            .tables(150, 140, 2)
            .write(folder.resolve("model.onnx"));
    TinyOnnx.writeTokenizer(folder.resolve("tokenizer.json"), 150);
  }

  @Test
  void tokenOutputsAndPoolingsAgreeWithOnnxRuntime() {
    for (Pooling pooling : Pooling.values()) {
      try (TextEmbedder embedder =
              TextEmbedder.load(model, FLOAT.withPooling(pooling).withNormalization(false));
          OnnxRuntimeEncoder reference = new OnnxRuntimeEncoder(model)) {
        for (int length : new int[] {1, 2, 17, 64, 65, 140}) {
          int[] ids = ids(length, length);
          float[][] expected = reference.tokenOutputs(ids);
          float[][] actual = embedder.tokenOutputs(ids);
          double[] pooled = new double[96];
          for (int d = 0; d < 96; d++) {
            for (int t = 0; t < length; t++) {
              assertThat(actual[t][d]).isCloseTo(expected[t][d], within(2e-5f));
            }
            int feature = d;
            pooled[d] =
                switch (pooling) {
                  case MEAN ->
                      IntStream.range(0, length)
                          .mapToDouble(t -> expected[t][feature])
                          .average()
                          .orElseThrow();
                  case CLS -> expected[0][d];
                  case MAX ->
                      IntStream.range(0, length)
                          .mapToDouble(t -> expected[t][feature])
                          .max()
                          .orElseThrow();
                  case MEAN_SQRT_LENGTH ->
                      IntStream.range(0, length).mapToDouble(t -> expected[t][feature]).sum()
                          / Math.sqrt(length);
                  case WEIGHTED_MEAN ->
                      IntStream.range(0, length)
                              .mapToDouble(t -> (t + 1.0) * expected[t][feature])
                              .sum()
                          / IntStream.rangeClosed(1, length).sum();
                  case LAST -> expected[length - 1][d];
                };
          }
          float[] vector = embedder.embedTokens(ids);
          // Means keep the bound of their tokens; this mode is the mean times that root.
          double scale = pooling == Pooling.MEAN_SQRT_LENGTH ? Math.sqrt(length) : 1;
          for (int d = 0; d < 96; d++) {
            assertThat(vector[d] / scale).isCloseTo(pooled[d] / scale, Offset.offset(2e-5));
          }
        }
      }
    }
  }

  @Test
  void vectorsHaveLengthOneUnlessToldOtherwise() {
    try (TextEmbedder normalized = TextEmbedder.load(model);
        TextEmbedder raw =
            TextEmbedder.load(model, LoadOptions.defaults().withNormalization(false))) {
      float[] vector = normalized.embedTokens(ids(9, 1));
      float[] other = raw.embedTokens(ids(9, 1));
      double length = length(other);
      assertThat(length(vector)).isCloseTo(1, Offset.offset(1e-6));
      assertThat(length).isGreaterThan(1.5);
      for (int d = 0; d < vector.length; d++) {
        assertThat((double) vector[d]).isCloseTo(other[d] / length, Offset.offset(1e-6));
      }
    }
  }

  @Test
  void aTextsBitsDependOnNothingElse() {
    Random random = new Random(5);
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sequences.add(ids(1 + random.nextInt(140), i));
    }
    for (LoadOptions options :
        List.of(
            FLOAT,
            LoadOptions.defaults(),
            LoadOptions.defaults().withQuantization(LlmInt8.defaults().withThreshold(1f)),
            LoadOptions.defaults()
                .withQuantization(LlmInt8.defaults().withScheme(Int8Scheme.ZEROPOINT_VECTOR)))) {
      List<float[]> alone = new ArrayList<>();
      try (TextEmbedder one = TextEmbedder.load(model, options.withThreads(1))) {
        for (int[] ids : sequences) {
          alone.add(one.embedTokens(ids));
        }
      }
      try (TextEmbedder many = TextEmbedder.load(model, options.withThreads(2))) {
        assertSame(many.embedAllTokens(sequences), alone);
        List<Integer> order = new ArrayList<>(IntStream.range(0, 20).boxed().toList());
        Collections.shuffle(order, random);
        List<float[]> shuffled = many.embedAllTokens(order.stream().map(sequences::get).toList());
        for (int i = 0; i < 20; i++) {
          assertThat(shuffled.get(i)).isEqualTo(alone.get(order.get(i)));
        }
      }
    }
  }

  @Test
  void tokenOutputsOfABatchAreThoseOfEachSequence() {
    // More tokens than one batch takes, and in an order that is not the batches'.
    List<int[]> sequences = IntStream.range(0, 24).mapToObj(i -> ids(1 + i * 37 % 140, i)).toList();
    try (TextEmbedder embedder = TextEmbedder.load(model)) {
      List<float[][]> together = embedder.allTokenOutputs(sequences);
      assertThat(together).hasSameSizeAs(sequences);
      for (int i = 0; i < sequences.size(); i++) {
        assertThat(together.get(i)).hasNumberOfRows(sequences.get(i).length);
        assertThat(together.get(i)).isDeepEqualTo(embedder.tokenOutputs(sequences.get(i)));
      }
      assertThat(embedder.allTokenOutputs(List.of())).isEmpty();
      assertThatThrownBy(() -> embedder.allTokenOutputs(List.of(ids(3, 1), new int[0])))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  private static void assertSame(List<float[]> actual, List<float[]> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
    }
  }

  @Test
  void manyThreadsShareAModel() throws Exception {
    try (TextEmbedder embedder = TextEmbedder.load(model);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<int[]> sequences = IntStream.range(0, 12).mapToObj(i -> ids(1 + i * 3, i)).toList();
      List<float[]> expected = embedder.embedAllTokens(sequences);
      List<Future<?>> results = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        results.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 12; i++) {
                    assertThat(embedder.embedTokens(sequences.get(i))).isEqualTo(expected.get(i));
                  }
                  assertSame(embedder.embedAllTokens(sequences), expected);
                }));
      }
      for (Future<?> result : results) {
        result.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void closingLetsRunningCallsFinishAndRefusesNewOnes() throws Exception {
    for (int round = 0; round < 20; round++) {
      TextEmbedder embedder = TextEmbedder.load(model);
      AtomicInteger refused = new AtomicInteger();
      try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
        List<Future<?>> results = new ArrayList<>();
        for (int thread = 0; thread < 3; thread++) {
          results.add(
              threads.submit(
                  () -> {
                    while (true) {
                      try {
                        embedder.embedTokens(ids(20, 3));
                      } catch (IllegalStateException exception) {
                        refused.incrementAndGet();
                        return;
                      }
                    }
                  }));
        }
        Thread.sleep(5);
        embedder.close();
        for (Future<?> result : results) {
          result.get(60, TimeUnit.SECONDS);
        }
      }
      assertThat(refused.get()).isEqualTo(3);
      embedder.close();
      assertThatThrownBy(() -> embedder.embed("a")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void textsAreCutAtTheLimit() {
    String text = "a b c d e f g h i j k l m n o p q r s t u v w x y z";
    try (TextEmbedder whole = TextEmbedder.load(model);
        TextEmbedder cut = TextEmbedder.load(model, LoadOptions.defaults().withMaxTokens(7))) {
      assertThat(whole.maxTokens()).isEqualTo(140);
      assertThat(cut.maxTokens()).isEqualTo(7);
      assertThat(cut.tokenOutputs(text)).hasNumberOfRows(7);
      assertThat(cut.embed(text)).isEqualTo(whole.embedTokens(cut.tokenizer().encode(text, 7)));
      assertThat(whole.embedAll(List.of("a", "b c")).get(1)).isEqualTo(whole.embed("b c"));
      assertThat(whole.embedAll(List.of())).isEmpty();
      assertThat(whole.embed("")).hasSize(96).doesNotContain(Float.NaN);
    }
  }

  @Test
  void reportsWhatItIs() {
    List<String> parts = new ArrayList<>();
    LoadOptions options =
        LoadOptions.defaults()
            .withProgress((part, done, total) -> parts.add(done + "/" + total + " " + part));
    try (TextEmbedder embedder = TextEmbedder.load(model, options)) {
      embedder.embedTokens(ids(30, 1));
      ModelReport report = embedder.report();
      assertThat(parts).hasSize(12).startsWith("0/11 word embeddings").endsWith("11/11 ");
      assertThat(report.origin().source()).endsWith("model.onnx");
      assertThat(report.descriptor().depth()).isEqualTo(2);
      assertThat(report.outliers()).hasSize(8);
      assertThat(report.outliers().getFirst().counts().rows()).isEqualTo(30);
      assertThat(report.floatBytes()).isEqualTo(Float.BYTES * weights());
      assertThat(report.offHeapBytes()).isLessThan(report.floatBytes() / 2 + 100_000);
      assertThat(report.loadTime()).isPositive();
    }
    assertThat(Octavo.diagnostics()).contains("kernels", "because", "threads", "JVM");
  }

  private static long weights() {
    long perLayer = 4L * (96 * 96 + 96) + 2L * 96 * 130 + 130 + 96 + 4 * 96;
    return (150 + 140 + 2 + 2) * 96L + 2 * perLayer;
  }

  @Test
  void inputThatCannotBeServedIsRefused() {
    try (TextEmbedder embedder = TextEmbedder.load(model)) {
      for (int[] ids : new int[][] {{}, new int[141], {150}, {-1}, {3, 4, Integer.MAX_VALUE}}) {
        assertThatThrownBy(() -> embedder.embedTokens(ids))
            .isInstanceOf(InvalidInputException.class);
      }
      assertThat(embedder.embedTokens(ids(5, 1))).hasSize(96);
    }
  }

  @Test
  void filesThatDoNotFitAreRefused() throws IOException {
    assertRefused(folder.resolve("none.onnx"), LoadOptions.defaults(), "none.onnx");
    assertRefused(
        model, LoadOptions.defaults().withTokenizer(folder.resolve("none.json")), "none.json");
    Path large = TinyOnnx.writeTokenizer(folder.resolve("large.json"), 151);
    assertRefused(model, LoadOptions.defaults().withTokenizer(large), "belong together");
    assertRefused(model, LoadOptions.defaults().withMaxTokens(141), "141");
    Files.delete(folder.resolve("tokenizer.json"));
    assertRefused(model, LoadOptions.defaults(), "tokenizer.json");
  }

  @Test
  void weightsThatAreNoNumbersAreRefusedByName() throws IOException {
    TinyOnnx tiny = TinyOnnx.bert().shape(2, 16, 4, 24);
    Path file = tiny.write(folder.resolve("poisoned.onnx"));
    float[] weight = tiny.values("encoder.layer.1.output.dense.weight");
    byte[] bytes = Files.readAllBytes(file);
    // In the file the outputs of an input lie next to each other; there are 24 inputs.
    poison(bytes, weight[0], weight[24], weight[48], weight[72], weight[96]);
    Files.write(file, bytes);
    TinyOnnx.writeTokenizer(folder.resolve("tokenizer.json"), 80);
    assertThatThrownBy(() -> TextEmbedder.load(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("poisoned.onnx")
        .hasMessageContaining("layer 1 FFN contraction");
  }

  private static void poison(byte[] bytes, float... run) {
    ByteBuffer pattern = ByteBuffer.allocate(4 * run.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : run) {
      pattern.putFloat(value);
    }
    for (int i = 0; i + pattern.capacity() <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + pattern.capacity(), pattern.array(), 0, pattern.capacity())) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(i, Float.NaN);
        return;
      }
    }
    throw new IllegalArgumentException("Not in the file: " + Arrays.toString(run));
  }

  private static void assertRefused(Path file, LoadOptions options, String word) {
    assertThatThrownBy(() -> TextEmbedder.load(file, options))
        .isInstanceOf(OctavoException.class)
        .hasMessageContaining(word);
  }

  private static int[] ids(int length, long seed) {
    return new Random(seed).ints(length, 0, 150).toArray();
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private static Offset<Float> within(float tolerance) {
    return Offset.offset(tolerance);
  }
}
