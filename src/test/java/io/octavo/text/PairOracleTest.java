package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.UnsupportedModelException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pairs of texts of all lengths, whole and cut, with every post-processor, as the library does. */
class PairOracleTest {
  private static final String BERT =
      "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 2], \"cls\": [\"[CLS]\", 1]}";
  private static final String ROBERTA =
      "{\"type\": \"RobertaProcessing\", \"sep\": [\"[SEP]\", 2], \"cls\": [\"[CLS]\", 1],"
          + " \"trim_offsets\": true, \"add_prefix_space\": false}";
  private static final String BYTE_LEVEL =
      "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true,"
          + " \"use_regex\": true}";

  @TempDir private Path folder = Path.of("");

  static String[] postProcessors() {
    return new String[] {
      "null",
      BYTE_LEVEL,
      BERT,
      ROBERTA,
      template(sequence("A", 0), sequence("B", 1)),
      // As XLM-RoBERTa has it: no segments, two separators.
      template(
          special("[CLS]", 0),
          sequence("A", 0),
          special("[SEP]", 0),
          special("[SEP]", 0),
          sequence("B", 0),
          special("[SEP]", 0)),
      template(
          special("[CLS]", 0),
          sequence("A", 0),
          special("[SEP]", 0),
          sequence("B", 1),
          special("[SEP]", 1)),
      template(special("[CLS]", 2), sequence("B", 3), special("both", 4), sequence("A", 1)),
      processors(BYTE_LEVEL, template(sequence("A", 0), special("[SEP]", 7), sequence("B", 7))),
      processors(ROBERTA, BYTE_LEVEL)
    };
  }

  private static String template(String... pair) {
    return "{\"type\": \"TemplateProcessing\", \"single\": ["
        + sequence("A", 0)
        + "], \"pair\": ["
        + String.join(",", pair)
        + "], \"special_tokens\": {"
        + "\"[CLS]\": {\"id\": \"[CLS]\", \"ids\": [1], \"tokens\": [\"[CLS]\"]},"
        + "\"[SEP]\": {\"id\": \"[SEP]\", \"ids\": [2], \"tokens\": [\"[SEP]\"]},"
        + "\"both\": {\"id\": \"both\", \"ids\": [2, 1], \"tokens\": [\"[SEP]\", \"[CLS]\"]}}}";
  }

  private static String sequence(String id, int type) {
    return "{\"Sequence\": {\"id\": \"%s\", \"type_id\": %d}}".formatted(id, type);
  }

  private static String special(String id, int type) {
    return "{\"SpecialToken\": {\"id\": \"%s\", \"type_id\": %d}}".formatted(id, type);
  }

  private static String processors(String... elements) {
    return "{\"type\": \"Sequence\", \"processors\": [" + String.join(",", elements) + "]}";
  }

  private static String text(int tokens) {
    String[] words = {"un", "aff", "cafe", "!"};
    StringBuilder text = new StringBuilder();
    IntStream.range(0, tokens).forEach(i -> text.append(words[i % 4]).append(' '));
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("postProcessors")
  void agreesWholeAndCut(String postProcessor) {
    Path file = new TinyTokenizer().with("post_processor", postProcessor).write(folder);
    Tokenizer tokenizer = TokenizerFile.read(file);
    int special = tokenizer.encodePair("", "", 99).ids().length;
    for (int room : new int[] {0, 1, 2, 3, 4, 7, 8, 99}) {
      try (Oracle oracle = Oracle.truncating(file, special + room)) {
        for (int first = 0; first < 11; first++) {
          for (int second = 0; second < 11; second++) {
            EncodedPair pair = tokenizer.encodePair(text(first), text(second), special + room);
            EncodedPair expected = oracle.encode(text(first), text(second));
            assertThat(pair.ids()).as("%d and %d", first, second).isEqualTo(expected.ids());
            assertThat(pair.types()).isEqualTo(expected.types());
          }
        }
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.encodePair("un", "un", special - 1))
        .withMessageContaining("maxTokens");
  }

  @Test
  void servesPairsOnlyWhereTheTemplateDoes() {
    for (String pair : new String[] {"", sequence("A", 0), sequence("B", 0)}) {
      Tokenizer tokenizer = new TinyTokenizer().with("post_processor", template(pair)).read(folder);
      assertThat(tokenizer.encode("un")).containsExactly(4);
      assertThatThrownBy(() -> tokenizer.encodePair("un", "un", 9))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining("post_processor.pair");
    }
  }
}
