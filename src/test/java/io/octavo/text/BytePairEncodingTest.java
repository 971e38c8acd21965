package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class BytePairEncodingTest {
  private static final String VOCABULARY =
      "{\"<unk>\": 0, \"a\": 1, \"b\": 2, \"c\": 3, \"ab\": 4, \"bc\": 5, \"abc\": 6, \"aa\": 7,"
          + " \"aaaa\": 8, \"<0xC3>\": 9, \"<0xA9>\": 10}";
  private static final String MERGES = "[\"b c\", \"a b\", [\"a\", \"bc\"], \"a a\", \"aa aa\"]";

  @TempDir private Path folder = Path.of("");

  /**
   * A tokenizer of these merges, without normalizer and pre-tokenizer; the whole text is a word.
   */
  static TinyTokenizer file(String options) {
    return new TinyTokenizer()
        .with("added_tokens", "[]")
        .with("normalizer", "null")
        .with("pre_tokenizer", "null")
        .with("post_processor", "null")
        .with(
            "model",
            "{\"type\": \"BPE\", "
                + options
                + " \"vocab\": "
                + VOCABULARY
                + ", \"merges\": "
                + MERGES
                + "}");
  }

  private int[] tokens(String options, String text) {
    return file(options).read(folder).encodeWithoutSpecialTokens(text);
  }

  @Test
  void mergesInTheOrderOfTheFile() {
    assertThat(tokens("", "abc")).containsExactly(6);
    assertThat(tokens("", "aabcab")).containsExactly(1, 6, 4);
    // Of equal merges the leftmost goes first.
    assertThat(tokens("", "aaaaa")).containsExactly(8, 1);
    assertThat(tokens("", "")).isEmpty();
  }

  @Test
  void treatsUnknownCharactersAsTheModelSays() {
    assertThat(tokens("", "axxb")).containsExactly(4);
    assertThat(tokens("\"unk_token\": \"<unk>\",", "axxb")).containsExactly(1, 0, 0, 2);
    assertThat(tokens("\"unk_token\": \"<unk>\", \"fuse_unk\": true,", "axxb"))
        .containsExactly(1, 0, 2);
    assertThat(tokens("\"unk_token\": \"<unk>\", \"byte_fallback\": true,", "aéx\ud800b"))
        .containsExactly(1, 9, 10, 0, 0, 2);
  }

  @Test
  void takesAWholeWordWhereMergesAreIgnored() {
    TinyTokenizer file = file("\"ignore_merges\": true,");
    file.replacing("model", "\"aa aa\"]", "\"aa aa\"]").replacing("model", "[\"a\", \"bc\"], ", "");
    assertThat(file.read(folder).encodeWithoutSpecialTokens("abc")).containsExactly(6);
    assertThat(file.read(folder).encodeWithoutSpecialTokens("abca")).containsExactly(1, 5, 1);
  }

  @Test
  void readsMergesThatStandBeforeTheVocabulary() {
    TinyTokenizer file = file("\"dropout\": 0.0,");
    file.with(
        "model", "{\"type\": \"BPE\", \"merges\": " + MERGES + ", \"vocab\": " + VOCABULARY + "}");
    assertThat(file.read(folder).encodeWithoutSpecialTokens("abc")).containsExactly(6);
  }

  @Test
  void takesLittleTimeForHostileTexts() {
    Tokenizer tokenizer = file("").read(folder);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(tokenizer.encodeWithoutSpecialTokens("a".repeat(2_000_000)))
              .hasSize(500_000)
              .containsOnly(8);
          assertThat(tokenizer.encodeWithoutSpecialTokens("abc".repeat(700_000)))
              .hasSize(700_000)
              .containsOnly(6);
        });
    int[] ids = tokenizer.encodeWithoutSpecialTokens("cba".repeat(1_000));
    assertThat(Arrays.stream(ids).filter(id -> id == 3)).hasSize(1_000);
  }
}
