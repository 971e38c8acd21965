package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Added tokens with every property, between all kinds of neighbours, as the library finds them. */
class AddedTokenOracleTest {
  private static final String[] PIECES = {
    "<x>",
    "<y>",
    "<x",
    ">",
    "<x><y>",
    "word",
    "Né",
    "ne",
    "NE\u0301",
    "left",
    "right",
    "both",
    " ",
    "  ",
    "\t",
    "\u3000",
    "\u00a0",
    "un",
    "a",
    "_",
    "1",
    ",",
    "é",
    "\u0301",
    "中",
    "\u200d",
    "🙂",
    "[MASK]",
    "[mask]",
    "solo",
    "so",
    "lo"
  };

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{\"type\": \"Lowercase\"}",
        "{\"type\": \"NFD\"}",
        "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKC\"}, {\"type\": \"Lowercase\"}]}",
        "{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": true}",
        "{\"type\": \"BertNormalizer\", \"clean_text\": true, \"handle_chinese_chars\": true,"
            + " \"strip_accents\": null, \"lowercase\": true}",
      })
  void agreesOnRandomTexts(String normalizer) {
    for (String preTokenizer :
        new String[] {
          "null",
          "{\"type\": \"BertPreTokenizer\"}",
          "{\"type\": \"Whitespace\"}",
          "{\"type\": \"WhitespaceSplit\"}",
          "{\"type\": \"Punctuation\", \"behavior\": \"Isolated\"}",
          "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Whitespace\"},"
              + " {\"type\": \"BertPreTokenizer\"}]}"
        }) {
      compare(
          new TinyTokenizer()
              .with("normalizer", normalizer)
              .with("pre_tokenizer", preTokenizer)
              .with("post_processor", "null")
              .with(
                  "added_tokens",
                  "["
                      + String.join(
                          ",",
                          TinyTokenizer.added(3, "[MASK]", "lstrip"),
                          TinyTokenizer.added(21, "<x>", ""),
                          TinyTokenizer.added(22, "<x><y>", ""),
                          TinyTokenizer.added(23, "word", "single_word"),
                          TinyTokenizer.added(24, "left", "lstrip"),
                          TinyTokenizer.added(25, "right", "rstrip"),
                          TinyTokenizer.added(26, "Né", "normalized"),
                          TinyTokenizer.added(27, "so lo", "normalized"),
                          TinyTokenizer.added(28, " solo", "single_word"))
                      + "]"));
    }
  }

  private void compare(TinyTokenizer file) {
    Path path = file.write(folder);
    Tokenizer tokenizer = TokenizerFile.read(path);
    Random random = new Random(11);
    try (Oracle oracle = Oracle.plain(path)) {
      for (int i = 0; i < 300; i++) {
        StringBuilder text = new StringBuilder();
        for (int piece = random.nextInt(12); piece >= 0; piece--) {
          text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        assertThat(tokenizer.encodeWithoutSpecialTokens(text.toString()))
            .as("'%s' in %s", text, file.json())
            .containsExactly(oracle.encode(text.toString()));
      }
    }
  }
}
