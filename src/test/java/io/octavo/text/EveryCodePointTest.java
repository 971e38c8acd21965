package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every code point through normalizers and pre-tokenizers, seen through a vocabulary that has a
 * token for each one, against the {@code tokenizers} library.
 */
class EveryCodePointTest {
  private static final int BOUND = Character.MAX_CODE_POINT + 1;

  @TempDir private Path folder = Path.of("");

  /** The planes in use, without their unassigned neighbours and the private ones. */
  private static boolean isTested(int codePoint) {
    return (codePoint < 0xD800 || codePoint > 0xDFFF)
        && (codePoint < 0x33480 || (codePoint >= 0xE0000 && codePoint < 0xE0200));
  }

  private Path write(String normalizer, String preTokenizer) {
    StringBuilder vocabulary = new StringBuilder("{\"[UNK]\": ").append(0);
    int id = 1;
    for (int codePoint = 0; codePoint < BOUND; codePoint++) {
      if (isTested(codePoint)) {
        String token =
            codePoint < 0x20 || codePoint == '"' || codePoint == '\\'
                ? "\\u%04x".formatted(codePoint)
                : Character.toString(codePoint);
        vocabulary.append(",\"").append(token).append("\":").append(id++);
        vocabulary.append(",\"##").append(token).append("\":").append(id++);
      }
    }
    return new TinyTokenizer()
        .with("added_tokens", "[]")
        .with("post_processor", "null")
        .with("normalizer", normalizer)
        .with("pre_tokenizer", preTokenizer)
        .with("model", TinyTokenizer.model(vocabulary.append("}").toString()))
        .write(folder);
  }

  private static BitSet differences(Path file, String before, String after) {
    Tokenizer tokenizer = TokenizerFile.read(file);
    BitSet differences = new BitSet();
    try (Oracle oracle = Oracle.plain(file)) {
      for (int codePoint = 0; codePoint < BOUND; codePoint++) {
        if (isTested(codePoint)) {
          String text = before + Character.toString(codePoint) + after;
          if (!Arrays.equals(tokenizer.encodeWithoutSpecialTokens(text), oracle.encode(text))) {
            differences.set(codePoint);
          }
        }
      }
    }
    return differences;
  }

  @Test
  void bertAgreesExceptWhereUnicodeIsNewer() {
    Path file =
        write(
            """
            {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
             "strip_accents": null, "lowercase": true}""",
            "{\"type\": \"BertPreTokenizer\"}");
    BitSet differences = differences(file, "A", "z");
    differences.andNot(Oracle.unknownCodePoints());
    assertThat(differences.stream().mapToObj(Integer::toHexString)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"Whitespace\"", "\"WhitespaceSplit\""})
  void lowerCaseAndWhiteSpaceAgree(String preTokenizer) {
    Path file = write("{\"type\": \"Lowercase\"}", "{\"type\": " + preTokenizer + "}");
    assertThat(differences(file, "A", "Z").stream().mapToObj(Integer::toHexString)).isEmpty();
  }

  @Test
  void byteLevelAgrees() {
    StringBuilder vocabulary = new StringBuilder("{\"[UNK]\": 0");
    int id = 1;
    for (int codePoint = '!'; codePoint < 0x144; codePoint++) {
      String token = codePoint == '"' || codePoint == '\\' ? "\\" : "";
      token += Character.toString(codePoint);
      vocabulary.append(",\"").append(token).append("\":").append(id++);
      vocabulary.append(",\"##").append(token).append("\":").append(id++);
    }
    Path file =
        new TinyTokenizer()
            .with("added_tokens", "[]")
            .with("post_processor", "null")
            .with("normalizer", "null")
            .with(
                "pre_tokenizer",
                "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true,"
                    + " \"use_regex\": true}")
            .with("model", TinyTokenizer.model(vocabulary.append("}").toString()))
            .write(folder);
    assertThat(differences(file, "A", "1").stream().mapToObj(Integer::toHexString)).isEmpty();
  }
}
