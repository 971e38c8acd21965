package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.LoadCancelledException;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.DType;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import io.octavo.testing.TinyOnnx;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same model from everywhere: a folder, bytes, streams, the class path. */
@Tag("core")
class LoadSourcesTest {
  /** Low, so that a small model has outliers. */
  private static final LlmInt8 INT8 = LlmInt8.defaults().withThreshold(1f);

  private static final LoadOptions HALF = LoadOptions.defaults().withQuantization(INT8);
  private static final LoadOptions DEQUANTIZED =
      LoadOptions.defaults().withQuantization(INT8.withOutlierWeights(OutlierWeights.INT8));
  private static final List<String> TEXTS = List.of("a word60 b", "word61 word62", "c d e f");

  private Path folder;
  private TinyHuggingFace tiny;

  @BeforeEach
  void write(@TempDir Path empty) {
    folder = empty;
    tiny = TinyHuggingFace.of(HuggingFaceFamily.MPNET, 3).shards(2);
    tiny.write(folder);
  }

  @Test
  void bytesAreNotKeptUnlessTheCallerAsks() {
    List<float[]> half = embed(ModelSource.of(folder), HALF, "HALF", "mapped");
    List<float[]> dequantized = embed(ModelSource.of(folder), DEQUANTIZED, "codes", "mapped");
    assertThat(dequantized.getFirst()).isNotEqualTo(half.getFirst());
    ModelSource bytes = ModelSource.ofBytes("my model", tiny.files());
    same(embed(bytes, HALF, "codes", "bytes in memory"), dequantized);
    same(embed(bytes, HALF.withSourceKept(true), "HALF", "bytes in memory"), half);
  }

  @Test
  void resourcesOfTheClassPath() throws IOException {
    List<float[]> expected = embed(ModelSource.of(folder), DEQUANTIZED, "codes", "mapped");
    URL[] roots = {folder.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(roots, null)) {
      ModelSource source = ModelSource.ofResources(loader, "");
      same(embed(source, HALF, "codes", "class-path"), expected);
    }
  }

  @Test
  void oneStream() throws IOException {
    Path onnx = TinyOnnx.bert().write(folder.resolve("model.onnx"));
    Path tokenizer = TinyOnnx.writeTokenizer(folder.resolve("model-tokenizer.json"), 80);
    List<float[]> expected = embed(ModelSource.of(onnx), DEQUANTIZED, "codes", "mapped");
    try (InputStream stream = Files.newInputStream(onnx)) {
      ModelSource source = ModelSource.ofStream("sent to us", "model.onnx", stream);
      same(embed(source, HALF.withTokenizer(tokenizer), "codes", "memory"), expected);
      assertThatThrownBy(() -> TextEmbedder.load(source, HALF))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll("sent to us", "tokenizer.json");
    }
  }

  private static List<float[]> embed(
      ModelSource source, LoadOptions options, String outlierWeights, String kind) {
    try (TextEmbedder embedder = TextEmbedder.load(source, options)) {
      ModelReport.Origin origin = embedder.report().origin();
      assertThat(origin.kind()).contains(kind);
      assertThat(origin.outlierWeights()).contains(outlierWeights);
      assertThat(Octavo.diagnostics()).contains(origin.source(), origin.kind());
      List<float[]> vectors = embedder.embedAll(TEXTS);
      assertThat(embedder.report().outliers()).anyMatch(layer -> layer.counts().outliers() > 0);
      return vectors;
    }
  }

  private static void same(List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
    }
  }

  @Test
  void diagnosticsForgetClosedModels() {
    TextEmbedder.load(folder).close();
    assertThat(Octavo.diagnostics()).doesNotContain(folder.toString());
  }

  /** A float model has no use for the file once it is loaded. */
  @Test
  void onlyOutliersKeepTheFile() {
    LoadOptions options = LoadOptions.defaults().withFloatingPoint(DType.F32);
    try (TextEmbedder embedder = TextEmbedder.load(folder, options)) {
      assertThat(embedder.report().origin().outlierWeights()).isEmpty();
    }
  }

  @Test
  void aLoadCanBeCancelledBetweenAnyTwoParts() {
    AtomicInteger parts = new AtomicInteger();
    TextEmbedder.load(folder, HALF.withProgress((part, done, total) -> parts.set(total))).close();
    assertThat(parts.get()).isGreaterThan(8);
    for (int cancelled = 0; cancelled < parts.get(); cancelled += 3) {
      AtomicBoolean enough = new AtomicBoolean(cancelled == 0);
      List<String> read = new ArrayList<>();
      int last = cancelled;
      LoadOptions options =
          HALF.withCancellation(enough::get)
              .withProgress(
                  (part, done, total) -> {
                    read.add(part);
                    enough.set(done + 1 >= last);
                  });
      assertThatThrownBy(() -> TextEmbedder.load(folder, options))
          .isInstanceOf(LoadCancelledException.class)
          .hasMessageContaining(folder.toString());
      assertThat(read).hasSize(cancelled);
    }
    assertThat(Octavo.diagnostics()).doesNotContain(folder.toString());
  }

  @Test
  void anInterruptCancelsALoad() {
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> TextEmbedder.load(folder))
          .isInstanceOf(LoadCancelledException.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }
}
