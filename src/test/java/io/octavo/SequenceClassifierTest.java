package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.load.LoadOptions;
import io.octavo.model.TokenSequence;
import io.octavo.tensor.DType;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import io.octavo.text.EncodedPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Heads on small random models, beside an independent implementation run by ONNX Runtime. */
@Tag("core")
class SequenceClassifierTest {
  private static final LoadOptions FLOAT = LoadOptions.defaults().withFloatingPoint(DType.F32);
  private static final String QUERY = "who is word60";
  private static final List<String> TEXTS =
      List.of("a word60 is a word61", "word70 word71", "b", "", "word62 word60 word60 c d e f g");

  private Path folder;

  @BeforeEach
  void take(@TempDir Path empty) {
    folder = empty;
  }

  @ParameterizedTest
  @EnumSource
  void logitsAgree(HuggingFaceFamily family) {
    TinyHuggingFace tiny = TinyHuggingFace.of(family, 5).labels(3);
    tiny.write(folder);
    Random random = new Random(1);
    int segments = family == HuggingFaceFamily.BERT ? 2 : 1;
    try (TextClassifier classifier = TextClassifier.load(folder, FLOAT)) {
      for (int length : new int[] {1, 7, 64, 100}) {
        int[] ids = random.ints(length, 0, 80).toArray();
        int[] types = random.ints(length, 0, segments).sorted().toArray();
        float[] logits = classifier.logits(new TokenSequence(ids, types));
        assertThat(logits).containsExactly(tiny.logits(ids, types), within(2e-5f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCrossEncoderReadsBothTextsTogether(HuggingFaceFamily family) {
    TinyHuggingFace tiny = TinyHuggingFace.of(family, 6).labels(1);
    tiny.write(folder);
    try (CrossEncoder encoder = CrossEncoder.load(folder, FLOAT)) {
      List<Double> expected = new ArrayList<>();
      for (String text : TEXTS) {
        EncodedPair pair = encoder.tokenizer().encodePair(QUERY, text, encoder.maxTokens());
        int[] types =
            family == HuggingFaceFamily.BERT ? pair.types() : new int[pair.types().length];
        expected.add(1 / (1 + Math.exp(-tiny.logits(pair.ids(), types)[0])));
      }
      float[] scores = encoder.scoreAll(QUERY, TEXTS);
      for (int i = 0; i < TEXTS.size(); i++) {
        assertThat((double) scores[i]).isCloseTo(expected.get(i), within(2e-5));
        assertThat(encoder.score(QUERY, TEXTS.get(i))).isEqualTo(scores[i]);
      }
      List<CrossEncoder.Ranked> ranked = encoder.rank(QUERY, TEXTS, 3);
      assertThat(ranked).hasSize(3);
      assertThat(ranked.getFirst().score()).isEqualTo(max(scores));
      for (int i = 0; i < 3; i++) {
        CrossEncoder.Ranked text = ranked.get(i);
        assertThat(text.text()).isEqualTo(TEXTS.get(text.index()));
        assertThat(text.score()).isEqualTo(scores[text.index()]);
        assertThat(i == 0 || text.score() <= ranked.get(i - 1).score()).isTrue();
      }
    }
  }

  private static float max(float[] values) {
    float max = values[0];
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  @Test
  void labelsAreNamedAndTheirScoresAddUp() {
    TinyHuggingFace tiny =
        bert(3).field("id2label", "{\"0\": \"bad\", \"1\": \"so so\", \"2\": \"good\"}");
    tiny.write(folder);
    try (TextClassifier classifier = TextClassifier.load(folder, FLOAT)) {
      assertThat(classifier.labels()).containsExactly("bad", "so so", "good");
      float[] logits = classifier.logits(TEXTS.getFirst());
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      List<TextClassifier.Label> labels = classifier.classify(TEXTS.getFirst());
      assertThat(labels).hasSize(3);
      for (TextClassifier.Label label : labels) {
        assertThat(label.name()).isEqualTo(classifier.labels().get(label.index()));
        assertThat((double) label.score())
            .isCloseTo(Math.exp(logits[label.index()]) / sum, within(1e-6));
      }
      assertThat(labels).isSortedAccordingTo((a, b) -> Float.compare(b.score(), a.score()));
      assertThat(classifier.classifyAll(TEXTS).getFirst()).isEqualTo(labels);
      assertThat(classifier.classify(QUERY, TEXTS.getFirst())).isNotEqualTo(labels);
    }
  }

  @Test
  void independentLabelsGetASigmoidEach() {
    bert(3).field("problem_type", "\"multi_label_classification\"").write(folder);
    try (TextClassifier classifier = TextClassifier.load(folder, FLOAT)) {
      float[] logits = classifier.logits(TEXTS.getFirst());
      for (TextClassifier.Label label : classifier.classify(TEXTS.getFirst())) {
        assertThat((double) label.score())
            .isCloseTo(1 / (1 + Math.exp(-logits[label.index()])), within(1e-6));
      }
    }
  }

  @Test
  void aCrossEncoderWithSeveralLabelsGivesTheScoreOfEach() {
    bert(3).write(folder);
    try (CrossEncoder encoder = CrossEncoder.load(folder)) {
      assertThat(encoder.scores(QUERY, TEXTS.getFirst())).hasSize(3);
      assertThatThrownBy(() -> encoder.score(QUERY, TEXTS.getFirst()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("scores()");
    }
  }

  @Test
  void int8StaysClose() {
    bert(1).write(folder);
    try (CrossEncoder exact = CrossEncoder.load(folder, FLOAT);
        CrossEncoder encoder = CrossEncoder.load(folder)) {
      float[] expected = exact.scoreAll(QUERY, TEXTS);
      assertThat(encoder.scoreAll(QUERY, TEXTS)).containsExactly(expected, within(0.02f));
      assertThat(encoder.report().outliers()).isNotEmpty();
    }
  }

  @Test
  void modelsWithoutAHeadAreRefused() {
    TinyHuggingFace.of(HuggingFaceFamily.BERT, 1).write(folder);
    assertThatThrownBy(() -> TextClassifier.load(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContainingAll(folder.toString(), "TextEmbedder");
  }

  @Test
  void headsOfOtherTasksAreNone() {
    bert(3).field("architectures", "[\"BertForTokenClassification\"]").write(folder);
    assertThatThrownBy(() -> CrossEncoder.load(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void labelsThatTheHeadDoesNotHaveAreReported() {
    bert(3).field("id2label", "{\"0\": \"a\", \"1\": \"b\"}").write(folder);
    assertThatThrownBy(() -> TextClassifier.load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll("config.json", "id2label", "2", "3");
  }

  private static TinyHuggingFace bert(int labels) {
    return TinyHuggingFace.of(HuggingFaceFamily.BERT, 4).labels(labels);
  }
}
