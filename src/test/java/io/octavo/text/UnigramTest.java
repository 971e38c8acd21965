package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class UnigramTest {
  static final String VOCABULARY =
      "[[\"<unk>\", 0], [\"a\", -1.0], [\"b\", -1.5], [\"ab\", -2], [\"abcdefgh\", -3],"
          + " [\"▁\", -1], [\"▁a\", -1.5], [\"c\", -4], [\"<0xC3>\", -9], [\"<0xA9>\", -9]]";

  @TempDir private Path folder = Path.of("");

  /** A tokenizer of few scored tokens; the whole text is a word. */
  static TinyTokenizer file(String options) {
    return new TinyTokenizer()
        .with("added_tokens", "[]")
        .with("normalizer", "null")
        .with("pre_tokenizer", "null")
        .with("post_processor", "null")
        .with(
            "model",
            "{\"type\": \"Unigram\", "
                + options
                + " \"vocab\": "
                + VOCABULARY
                + ", \"unk_id\": 0}");
  }

  private int[] tokens(TinyTokenizer file, String text) {
    return file.read(folder).encodeWithoutSpecialTokens(text);
  }

  @Test
  void findsTheLargestSumOfScores() {
    assertThat(tokens(file(""), "ab")).containsExactly(3);
    assertThat(tokens(file(""), "abcdefgh")).containsExactly(4);
    assertThat(tokens(file(""), "abcdefg")).containsExactly(3, 7, 0);
    assertThat(tokens(file(""), "")).isEmpty();
    // Of equal sums the one whose last token begins earliest.
    assertThat(tokens(file("").replacing("model", "[\"ab\", -2]", "[\"ab\", -2.5]"), "ab"))
        .containsExactly(3);
  }

  @Test
  void joinsWhatIsUnknown() {
    assertThat(tokens(file(""), "axyzb\ud800")).containsExactly(1, 0, 2, 0);
    assertThat(tokens(file("\"byte_fallback\": true,"), "aéb")).containsExactly(1, 8, 9, 2);
    // One byte without a token makes all of it unknown.
    assertThat(tokens(file("\"byte_fallback\": true,"), "aéxb")).containsExactly(1, 0, 2);
  }

  @Test
  void writesSpacesAsCharacters() {
    TinyTokenizer file =
        file("").with("pre_tokenizer", "{\"type\": \"Metaspace\", \"replacement\": \"▁\"}");
    assertThat(tokens(file, "a  a b")).containsExactly(6, 5, 6, 5, 2);
    assertThat(tokens(file, "")).isEmpty();
    file.with(
        "pre_tokenizer",
        "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"add_prefix_space\": false}");
    assertThat(tokens(file, "a a")).containsExactly(1, 6);
  }

  @Test
  void replacesByACharacterMap() {
    TinyTokenizer file =
        file("")
            .with(
                "normalizer",
                CharacterMaps.normalizer(
                    CharacterMaps.compile(
                        Map.of("ａ", "a", "e\u0301", "ab", "\u200b", "", "x", "b", "ßt", "c"))));
    assertThat(tokens(file, "ａ\u200be\u0301")).containsExactly(1, 3);
    // The shortest rule decides for a character with its marks, here that of the x alone.
    assertThat(tokens(file, "x\u0301")).containsExactly(2);
    // More than a character and its marks is no rule's.
    assertThat(tokens(file, "aßt")).containsExactly(1, 0);
  }

  @Test
  void takesLittleTimeForHostileTexts() {
    Tokenizer tokenizer = file("").read(folder);
    Tokenizer mapping =
        file("")
            .with("normalizer", CharacterMaps.normalizer(CharacterMaps.compile(Map.of("x", "a"))))
            .read(folder);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(tokenizer.encodeWithoutSpecialTokens("a".repeat(2_000_000)))
              .hasSize(2_000_000);
          assertThat(tokenizer.encodeWithoutSpecialTokens("?".repeat(2_000_000)))
              .containsExactly(0);
          assertThat(mapping.encodeWithoutSpecialTokens("x\u0301".repeat(500_000)))
              .hasSize(500_000);
          assertThat(mapping.encodeWithoutSpecialTokens("x" + "\u0301\u200d".repeat(500_000)))
              .containsExactly(1, 0);
        });
  }
}
