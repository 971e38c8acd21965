package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.error.UnsupportedModelException;
import io.octavo.load.GgufTokenizers;
import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Words by regular expressions, against the library: GPT-2's vocabulary behind the splits of other
 * models, from {@code tokenizer.json} and by their names in GGUF files.
 */
class SplitExpressionTest {
  private static final String GPT_2 = "tokenizers/gpt2/";

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "gpt-2, GPT_2, false, false, false",
    "olmo, GPT_2, false, true, false",
    "llama-bpe, LLAMA_3, false, false, true",
    "dbrx, LLAMA_3, false, false, false",
    "qwen2, QWEN_2, false, true, false",
    "stablelm2, QWEN_2, false, false, false",
    "starcoder, GPT_2, true, false, false",
    "bloom, BLOOM, false, false, false",
    "tekken, TEKKEN, false, false, true",
    "gpt-4o, GPT_4O, false, false, false"
  })
  void agreesWithTheLibrary(
      String pre, String expression, boolean digits, boolean composes, boolean ignoresMerges)
      throws IOException {
    Path file = file(expression(expression), digits, composes, ignoresMerges);
    GgmlVocabulary gguf = GgufTokenizers.vocabulary(TestData.file(GPT_2 + "ggml-vocab-gpt-2.gguf"));
    Tokenizer fromGguf =
        GgmlTokenizer.of(
            new GgmlVocabulary(
                gguf.file(),
                gguf.model(),
                pre,
                gguf.tokens(),
                gguf.scores(),
                gguf.types(),
                gguf.merges(),
                gguf.characterMap(),
                gguf.ids(),
                gguf.flags()));
    Tokenizer tokenizer = TokenizerFile.read(file);
    List<String> texts = new ArrayList<>(Texts.lines().subList(0, 300));
    texts.addAll(Texts.EDGES);
    texts.addAll(Texts.random(300, Oracle.unknownCodePoints()));
    texts.add("CamelCaseWords and DON'T we'LL I'\u017f");
    try (Oracle oracle = Oracle.plain(file)) {
      for (String text : texts) {
        int[] expected = oracle.encode(text);
        assertThat(tokenizer.encodeWithoutSpecialTokens(text))
            .as(() -> Texts.escaped(text))
            .containsExactly(expected);
        assertThat(fromGguf.encodeWithoutSpecialTokens(text))
            .as(() -> Texts.escaped(text))
            .containsExactly(expected);
      }
    }
  }

  /** The expressions as the files have them are those of the class; the library judges both. */
  private static String expression(String name) {
    return switch (name) {
      case "GPT_2" -> SplitExpressions.GPT_2;
      case "LLAMA_3" -> SplitExpressions.LLAMA_3;
      case "QWEN_2" -> SplitExpressions.QWEN_2;
      case "BLOOM" -> SplitExpressions.BLOOM;
      case "TEKKEN" -> SplitExpressions.TEKKEN;
      case "GPT_4O" -> SplitExpressions.GPT_4O;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private Path file(String expression, boolean digits, boolean composes, boolean ignoresMerges)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode file = (ObjectNode) json.readTree(TestData.file(GPT_2 + "tokenizer.json").toFile());
    ObjectNode sequence = file.putObject("pre_tokenizer").put("type", "Sequence");
    var steps = sequence.putArray("pretokenizers");
    if (digits) {
      steps.addObject().put("type", "Digits").put("individual_digits", true);
    }
    ObjectNode split =
        steps.addObject().put("type", "Split").put("behavior", "Isolated").put("invert", false);
    split.putObject("pattern").put("Regex", expression);
    steps
        .addObject()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
    if (composes) {
      file.putObject("normalizer").put("type", "NFC");
    }
    ((ObjectNode) file.get("model")).put("ignore_merges", ignoresMerges);
    Path path = folder.resolve("split.json");
    json.writeValue(path.toFile(), file);
    return path;
  }

  @Test
  void unknownExpressionsAreRefusedByName() throws IOException {
    Path file = file("(a*)*b", false, false, false);
    assertThatThrownBy(() -> TokenizerFile.read(file))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("pre_tokenizer.pretokenizers[0].pattern.Regex")
        .hasMessageContaining("(a*)*b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LLAMA_3", "TEKKEN", "GPT_4O", "BLOOM"})
  void longTextsOfOneKindTakeNoLonger(String expression) throws IOException {
    Tokenizer tokenizer = TokenizerFile.read(file(expression(expression), false, false, false));
    for (String unit : List.of(" ", "\n", "a", "A", "aA", "!", "7", "\u0301", " \n", "'")) {
      String text = unit.repeat(60_000 / unit.length());
      Assertions.assertTimeout(
          Duration.ofSeconds(10), () -> tokenizer.encodeWithoutSpecialTokens(text));
    }
  }
}
