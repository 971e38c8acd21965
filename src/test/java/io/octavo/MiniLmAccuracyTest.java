package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.load.LoadOptions;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.testing.Agreement;
import io.octavo.testing.OnnxRuntimeEncoder;
import io.octavo.testing.Paragraphs;
import io.octavo.testing.TestData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** all-MiniLM-L6-v2 against ONNX Runtime's float model, on 200 paragraphs cut at 128 tokens. */
class MiniLmAccuracyTest {
  private static final List<int[]> SEQUENCES = new ArrayList<>();
  private static final List<float[][]> OUTPUTS = new ArrayList<>();
  private static final List<double[]> VECTORS = new ArrayList<>();

  @BeforeAll
  static void runTheReference() {
    Path model = TestData.miniLm();
    List<String> paragraphs = Paragraphs.read();
    assertThat(paragraphs).hasSize(200);
    try (TextEmbedder embedder = TextEmbedder.load(model);
        OnnxRuntimeEncoder reference = new OnnxRuntimeEncoder(model)) {
      assertThat(embedder.maxTokens()).isEqualTo(128);
      for (String paragraph : paragraphs) {
        SEQUENCES.add(embedder.tokenizer().encode(paragraph, 128));
        OUTPUTS.add(reference.tokenOutputs(SEQUENCES.getLast()));
        VECTORS.add(OnnxRuntimeEncoder.meanPooled(OUTPUTS.getLast()));
      }
    }
  }

  @Test
  void floatModelEqualsOnnxRuntime() {
    LoadOptions options = LoadOptions.defaults().withFloatingPoint(DType.F32);
    try (TextEmbedder embedder = TextEmbedder.load(TestData.miniLm(), options)) {
      Agreement agreement = Agreement.of(embedder.embedAllTokens(SEQUENCES), VECTORS);
      assertThat(agreement.worstCosine()).isGreaterThanOrEqualTo(0.999999);
      assertThat(agreement.sameNeighbour()).isEqualTo(1);
      float largest = 0;
      for (int i = 0; i < SEQUENCES.size(); i++) {
        float[][] tokens = embedder.tokenOutputs(SEQUENCES.get(i));
        for (int t = 0; t < tokens.length; t++) {
          for (int d = 0; d < tokens[t].length; d++) {
            largest = Math.max(largest, Math.abs(tokens[t][d] - OUTPUTS.get(i)[t][d]));
          }
        }
      }
      assertThat(largest).isLessThanOrEqualTo(1e-4f);
    }
  }

  @Test
  void sixteenBitModelsStayClose() {
    for (DType type : List.of(DType.F16, DType.BF16)) {
      LoadOptions options = LoadOptions.defaults().withFloatingPoint(type);
      try (TextEmbedder embedder = TextEmbedder.load(TestData.miniLm(), options)) {
        Agreement agreement = Agreement.of(embedder.embedAllTokens(SEQUENCES), VECTORS);
        assertThat(agreement.worstCosine()).isGreaterThan(type == DType.F16 ? 0.99999 : 0.9995);
      }
    }
  }

  @Test
  void llmInt8PredictsAsTheFloatModel() {
    try (TextEmbedder embedder = TextEmbedder.load(TestData.miniLm())) {
      Agreement agreement = Agreement.of(embedder.embedAllTokens(SEQUENCES), VECTORS);
      assertThat(agreement.meanCosine()).isGreaterThanOrEqualTo(0.9992);
      assertThat(agreement.worstCosine()).isGreaterThanOrEqualTo(0.9978);
      assertThat(agreement.sameNeighbour()).isGreaterThanOrEqualTo(0.96);
    }
  }

  @Test
  void decompositionIsWhatMakesTheDifference() {
    LoadOptions plain =
        LoadOptions.defaults().withQuantization(LlmInt8.defaults().withoutDecomposition());
    try (TextEmbedder embedder = TextEmbedder.load(TestData.miniLm(), plain)) {
      Agreement agreement = Agreement.of(embedder.embedAllTokens(SEQUENCES), VECTORS);
      assertThat(agreement.meanCosine()).isBetween(0.996, 0.9985);
    }
  }
}
