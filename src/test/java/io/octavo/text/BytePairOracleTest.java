package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real tokenizers by byte-pair encoding, against published vectors and the library. */
class BytePairOracleTest {
  private static final String GPT_2 = "tokenizers/gpt2/tokenizer.json";
  private static final String PHI_3 = "tokenizers/phi-3-mini/tokenizer.json";

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @CsvSource({
    GPT_2 + ", tokenizers/gpt2/ggml-vocab-gpt-2.gguf",
    PHI_3 + ", tokenizers/phi-3-mini/ggml-vocab-llama-spm.gguf"
  })
  void givesThePublishedVectors(String file, String vectors) throws IOException {
    Texts.assertVectors(TokenizerFile.read(TestData.file(file)), vectors);
  }

  @ParameterizedTest
  @ValueSource(strings = {GPT_2, PHI_3})
  void agreesOnEveryLineOfARealText(String file) throws IOException {
    List<String> lines = Texts.lines();
    compare(TestData.file(file), lines);
    compare(TestData.file(file), List.of(String.join("\n", lines)));
  }

  @ParameterizedTest
  @ValueSource(strings = {GPT_2, PHI_3})
  void agreesOnRandomUnicode(String file) {
    compare(TestData.file(file), Texts.random(1_000, Oracle.unknownCodePoints()));
  }

  @ParameterizedTest
  @ValueSource(strings = {GPT_2, PHI_3})
  void agreesOnEdgeCases(String file) {
    compare(TestData.file(file), Texts.EDGES);
  }

  /** RoBERTa's tokenizer is GPT-2's with a space in front and other special tokens. */
  @Test
  void agreesAsRobertaIs() throws IOException {
    String gpt2 = Files.readString(TestData.file(GPT_2));
    String token = "[\"<|endoftext|>\", 50256]";
    Path file =
        Files.writeString(
            folder.resolve("roberta.json"),
            gpt2.replaceFirst("\"add_prefix_space\": *false", "\"add_prefix_space\": true")
                .replaceFirst(
                    "\"post_processor\": *\\{[^}]*\\}",
                    Matcher.quoteReplacement(
                        "\"post_processor\": {\"type\": \"RobertaProcessing\", \"cls\": "
                            + token
                            + ", \"sep\": "
                            + token
                            + ", \"trim_offsets\": true, \"add_prefix_space\": true}")));
    compare(file, Texts.EDGES);
    compare(file, Texts.random(300, Oracle.unknownCodePoints()));
    Tokenizer tokenizer = TokenizerFile.read(file);
    List<String> lines = Texts.lines();
    try (Oracle oracle = Oracle.truncating(file, 64)) {
      for (int i = 1; i < 600; i++) {
        EncodedPair pair = tokenizer.encodePair(lines.get(i - 1), lines.get(i), 64);
        assertThat(pair.ids()).isEqualTo(oracle.encode(lines.get(i - 1), lines.get(i)).ids());
        assertThat(pair.types()).containsOnly(0);
        assertThat(tokenizer.encode(lines.get(i), 64)).isEqualTo(oracle.encode(lines.get(i)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"unk_token\": \"<unk>\",",
        "\"unk_token\": \"<unk>\", \"fuse_unk\": true,",
        "\"unk_token\": \"<unk>\", \"byte_fallback\": true,",
        "\"unk_token\": \"<unk>\", \"fuse_unk\": true, \"byte_fallback\": true,",
        "\"unk_token\": \"<unk>\", \"ignore_merges\": true,",
        "\"unk_token\": \"<unk>\", \"end_of_word_suffix\": \"c\",",
        "\"unk_token\": \"<unk>\", \"end_of_word_suffix\": \"é\", \"byte_fallback\": true,"
      })
  void agreesWithAllOptions(String options) {
    for (String preTokenizer :
        new String[] {
          "null",
          "{\"type\": \"Digits\", \"individual_digits\": false}",
          split("Removed", false),
          split("Isolated", true),
          split("MergedWithPrevious", false),
          split("MergedWithPrevious", true),
          split("MergedWithNext", false),
          split("MergedWithNext", true),
          split("Contiguous", false)
        }) {
      Random random = new Random(3);
      List<String> texts =
          Stream.generate(
                  () ->
                      random
                          .ints(random.nextInt(20), 0, 9)
                          .mapToObj(
                              piece ->
                                  List.of("a", "b", "c", "ab", "é", "x", "7", "cc", "a").get(piece))
                          .collect(Collectors.joining()))
              .limit(300)
              .toList();
      compare(
          BytePairEncodingTest.file(options)
              // The library wants all merges in one form.
              .replacing("model", "[\"a\", \"bc\"]", "\"a bc\"")
              .with("pre_tokenizer", preTokenizer)
              .write(folder),
          texts);
    }
  }

  @Test
  void agreesWithAPrefixOfContinuingTokens() {
    TinyTokenizer file =
        BytePairEncodingTest.file("")
            .with(
                "model",
                "{\"type\": \"BPE\", \"unk_token\": \"?\", \"continuing_subword_prefix\": \"##\","
                    + " \"vocab\": {\"?\": 0, \"a\": 1, \"##a\": 2, \"##b\": 3, \"ab\": 4,"
                    + " \"##ab\": 5, \"aab\": 6}, \"merges\": [\"##a ##b\", \"a ##b\","
                    + " \"a ##ab\"]}");
    compare(file.write(folder), List.of("a", "ab", "aab", "aaab", "b", "aba", "bab", "axa"));
  }

  private static String split(String behavior, boolean inverted) {
    return "{\"type\": \"Split\", \"pattern\": {\"String\": \"c\"}, \"behavior\": \"%s\", \"invert\": %b}"
        .formatted(behavior, inverted);
  }

  private static void compare(Path file, List<String> texts) {
    Tokenizer tokenizer = TokenizerFile.read(file);
    try (Oracle oracle = Oracle.plain(file)) {
      for (String text : texts) {
        assertThat(tokenizer.encodeWithoutSpecialTokens(text))
            .as(() -> Texts.escaped(text))
            .containsExactly(oracle.encode(text));
      }
    }
  }
}
