package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.load.LoadOptions;
import io.octavo.tensor.DType;
import io.octavo.testing.Agreement;
import io.octavo.testing.OnnxRuntimeEncoder;
import io.octavo.testing.Paragraphs;
import io.octavo.testing.RealModel;
import io.octavo.text.Oracle;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Other published models against ONNX Runtime's float run of the same file, each with its own
 * pooling and prompts, on 200 paragraphs cut at 64 tokens. The reference's tokens are those of the
 * {@code tokenizers} library. {@link MiniLmAccuracyTest} has the quickstart's model.
 */
class RealModelAccuracyTest {
  private static final int MAX_TOKENS = 64;
  private static final int QUERIES = 20;
  private static final Map<RealModel, Reference> REFERENCES = new EnumMap<>(RealModel.class);

  /** What ONNX Runtime makes of the paragraphs, and of the first of them as queries. */
  private record Reference(
      List<int[]> passageIds,
      List<int[]> queryIds,
      List<double[]> passages,
      List<double[]> queries) {

    static Reference of(RealModel model) {
      List<String> paragraphs = Paragraphs.read();
      assertThat(paragraphs).hasSize(200);
      try (Oracle tokenizer = Oracle.truncating(model.tokenizer(), MAX_TOKENS);
          OnnxRuntimeEncoder encoder = new OnnxRuntimeEncoder(model.onnx())) {
        List<int[]> passageIds =
            paragraphs.stream()
                .map(text -> tokenizer.encode(model.passagePrompt() + text))
                .toList();
        List<int[]> queryIds =
            questions().stream().map(text -> tokenizer.encode(model.queryPrompt() + text)).toList();
        return new Reference(
            passageIds,
            queryIds,
            vectors(model, encoder, passageIds),
            vectors(model, encoder, queryIds));
      }
    }

    private static List<double[]> vectors(
        RealModel model, OnnxRuntimeEncoder encoder, List<int[]> sequences) {
      List<double[]> vectors = new ArrayList<>();
      for (int[] ids : sequences) {
        vectors.add(model.pooled(encoder.tokenOutputs(ids)));
      }
      return vectors;
    }
  }

  private static List<String> questions() {
    return Paragraphs.read().subList(0, QUERIES);
  }

  @AfterAll
  static void forget() {
    REFERENCES.clear();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MINI_LM")
  void floatModelEqualsOnnxRuntime(RealModel model) {
    Reference reference = reference(model);
    LoadOptions options = LoadOptions.defaults().withFloatingPoint(DType.F32);
    try (TextEmbedder embedder = load(model, options)) {
      assertTokens(embedder, model.passagePrompt(), Paragraphs.read(), reference.passageIds());
      assertTokens(embedder, model.queryPrompt(), questions(), reference.queryIds());
      Agreement passages = passages(embedder, reference);
      Agreement queries = queries(embedder, reference);
      assertThat(passages.worstCosine()).isGreaterThanOrEqualTo(0.999999);
      assertThat(passages.sameNeighbour()).isEqualTo(1);
      assertThat(queries.worstCosine()).isGreaterThanOrEqualTo(0.999999);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MINI_LM")
  void llmInt8PredictsAsTheFloatModel(RealModel model) {
    Reference reference = reference(model);
    try (TextEmbedder embedder = load(model, LoadOptions.defaults())) {
      Agreement passages = passages(embedder, reference);
      Agreement queries = queries(embedder, reference);
      assertThat(passages.meanCosine()).isGreaterThanOrEqualTo(0.999);
      assertThat(queries.meanCosine()).isGreaterThanOrEqualTo(0.999);
    }
  }

  private static Reference reference(RealModel model) {
    return REFERENCES.computeIfAbsent(model, Reference::of);
  }

  private static TextEmbedder load(RealModel model, LoadOptions options) {
    return TextEmbedder.load(model.onnx(), model.options(options).withMaxTokens(MAX_TOKENS));
  }

  private static void assertTokens(
      TextEmbedder embedder, String prompt, List<String> texts, List<int[]> expected) {
    for (int i = 0; i < texts.size(); i++) {
      assertThat(embedder.tokenizer().encode(prompt + texts.get(i), MAX_TOKENS))
          .isEqualTo(expected.get(i));
    }
  }

  private static Agreement passages(TextEmbedder embedder, Reference reference) {
    return Agreement.of(embedder.embedPassages(Paragraphs.read()), reference.passages());
  }

  private static Agreement queries(TextEmbedder embedder, Reference reference) {
    return Agreement.of(embedder.embedQueries(questions()), reference.queries());
  }
}
