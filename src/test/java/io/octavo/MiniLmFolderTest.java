package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.octavo.load.LoadOptions;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.DType;
import io.octavo.testing.Agreement;
import io.octavo.testing.BFloat16Onnx;
import io.octavo.testing.HuggingFaceFolder;
import io.octavo.testing.OnnxRuntimeEncoder;
import io.octavo.testing.RealModel;
import io.octavo.text.Oracle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** all-MiniLM-L6-v2 in Hugging Face's files beside the same model in its ONNX file. */
class MiniLmFolderTest {
  private static final int MAX_TOKENS = 256;
  private static final LoadOptions INT8 = LoadOptions.defaults();
  private static final LoadOptions FLOAT = INT8.withFloatingPoint(DType.F32);

  private static List<String> texts = List.of();
  private static List<float[]> floatVectors = List.of();
  private static List<float[]> int8Vectors = List.of();

  private final Path folder;

  MiniLmFolderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void embedByTheOnnxFile() throws IOException {
    texts = sentences();
    floatVectors = vectors(RealModel.MINI_LM.onnx(), FLOAT);
    int8Vectors = vectors(RealModel.MINI_LM.onnx(), INT8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theSameNumbersGiveTheSameBits(int shards) {
    write(folder, DType.F32, false, shards);
    assertSameBits(vectors(folder, FLOAT), floatVectors);
    assertSameBits(vectors(folder, INT8), int8Vectors);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void numbersInFloat16StayClose(int shards) {
    write(folder, DType.F16, false, shards);
    Agreement agreement = Agreement.of(vectors(folder, FLOAT), wide(floatVectors));
    assertThat(agreement.worstCosine()).isGreaterThanOrEqualTo(0.99999);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void numbersInBfloat16GiveWhatRoundedWeightsGiveElsewhere(int shards) {
    write(folder, DType.BF16, false, shards);
    List<float[]> vectors = vectors(folder, FLOAT);
    List<double[]> rounded = byOnnxRuntime(BFloat16Onnx.of(RealModel.MINI_LM.onnx()));
    assertThat(Agreement.of(vectors, rounded).worstCosine()).isGreaterThanOrEqualTo(0.999999);

    // What it costs to round every number to 8 bits is the same there and here.
    double cost = 1 - Agreement.of(floatVectors, rounded).meanCosine();
    assertThat(1 - Agreement.of(vectors, wide(floatVectors)).meanCosine())
        .isCloseTo(cost, withinPercentage(1));
    assertThat(cost).isLessThan(3e-5);
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void numbersIn16BitsAreReadExactly(DType type, @TempDir Path other) {
    write(folder, type, false, 1);
    write(other, type, true, 1);
    assertSameBits(vectors(folder, FLOAT), vectors(other, FLOAT));
    // Half, the default for outlier columns, would round bfloat16's smallest numbers in float32.
    LoadOptions exact =
        INT8.withQuantization(LlmInt8.defaults().withOutlierWeights(OutlierWeights.SOURCE));
    assertSameBits(vectors(folder, exact), vectors(other, exact));
  }

  @Test
  void theReportNamesFilesAndShape() {
    write(folder, DType.F16, false, 3);
    try (TextEmbedder model = TextEmbedder.load(folder);
        TextEmbedder onnx = TextEmbedder.load(RealModel.MINI_LM.onnx())) {
      assertThat(model.report().origin().kind()).startsWith("SAFETENSORS");
      assertThat(model.report().origin().ignored()).isEmpty();
      assertThat(model.report().descriptor().depth()).isEqualTo(6);
      assertThat(model.report().floatBytes()).isEqualTo(onnx.report().floatBytes());
      assertThat(model.maxTokens()).isEqualTo(onnx.maxTokens());
    }
  }

  private static void write(Path folder, DType type, boolean widened, int shards) {
    HuggingFaceFolder.write(
        RealModel.MINI_LM.onnx(), RealModel.MINI_LM.tokenizer(), folder, type, widened, shards);
  }

  private static List<float[]> vectors(Path model, LoadOptions options) {
    try (TextEmbedder embedder = TextEmbedder.load(model, options)) {
      return embedder.embedAll(texts);
    }
  }

  private static void assertSameBits(List<float[]> actual, List<float[]> expected) {
    assertThat(actual).hasSameSizeAs(expected).isNotEmpty();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
    }
  }

  private static List<double[]> byOnnxRuntime(byte[] model) {
    try (OnnxRuntimeEncoder encoder = new OnnxRuntimeEncoder(model);
        Oracle tokenizer = Oracle.truncating(RealModel.MINI_LM.tokenizer(), MAX_TOKENS)) {
      return texts.stream()
          .map(text -> RealModel.MINI_LM.pooled(encoder.tokenOutputs(tokenizer.encode(text))))
          .toList();
    }
  }

  private static List<double[]> wide(List<float[]> vectors) {
    List<double[]> wide = new ArrayList<>();
    for (float[] vector : vectors) {
      double[] values = new double[vector.length];
      for (int d = 0; d < values.length; d++) {
        values[d] = vector[d];
      }
      wide.add(values);
    }
    return wide;
  }

  private static List<String> sentences() throws IOException {
    try (InputStream stream =
            Objects.requireNonNull(
                MiniLmFolderTest.class.getResourceAsStream("quickstart/sentences.txt"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    }
  }
}
