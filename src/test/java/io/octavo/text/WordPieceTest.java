package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("core")
class WordPieceTest {
  @TempDir private Path folder = Path.of("");

  private int[] tokens(TinyTokenizer file, String text) {
    return file.read(folder).encodeWithoutSpecialTokens(text);
  }

  private int[] tokens(String text) {
    return tokens(new TinyTokenizer(), text);
  }

  @Test
  void takesTheLongestTokenFirst() {
    assertThat(tokens("unaffable")).containsExactly(4, 5, 6);
    assertThat(tokens("una")).containsExactly(4, 7);
  }

  @Test
  void makesAWordUnknownThatHasOneUnknownPart() {
    assertThat(tokens("unaffx un")).containsExactly(0, 4);
    assertThat(tokens("x")).containsExactly(0);
  }

  @Test
  void makesAWordUnknownThatIsTooLong() {
    assertThat(tokens("unaaaaaaa")).containsExactly(4, 7, 7, 7, 7, 7, 7, 7);
    assertThat(tokens("unaaaaaaaa")).containsExactly(0);
    assertThat(tokens("🙂".repeat(9))).containsExactly(20, 19, 19, 19, 19, 19, 19, 19, 19);
    assertThat(tokens("🙂".repeat(10))).containsExactly(0);
    assertThat(tokens("🙂".repeat(99))).containsExactly(0);
  }

  @Test
  void splitsAtWhiteSpaceAndPunctuation() {
    assertThat(tokens(" un,\u3000\u00a0aff!\t!\n")).containsExactly(4, 9, 8, 10, 10);
    assertThat(tokens("")).isEmpty();
    assertThat(tokens(" \n")).isEmpty();
  }

  @Test
  void normalizesAsBertDoes() {
    assertThat(tokens("CAFÉ cafe\u0301 c\u200da\u0000f\ufffde\u007f")).containsExactly(11, 11, 11);
    assertThat(tokens("中中un")).containsExactly(12, 12, 4);
    // Each code point by itself: no final sigma.
    assertThat(tokens("ΣΣ")).containsExactly(14, 15);
    // An unpaired surrogate is dropped like the replacement character.
    assertThat(tokens("u\ud83dn")).containsExactly(4);
  }

  @Test
  void keepsAccentsAndCaseWhereToldTo() {
    TinyTokenizer file =
        new TinyTokenizer()
            .replacing("normalizer", "\"strip_accents\": null", "\"strip_accents\": false");
    assertThat(tokens(file, "café CAFE \u0130")).containsExactly(0, 11, 13);
    file.replacing("normalizer", "\"lowercase\": true", "\"lowercase\": false");
    assertThat(tokens(file, "cafe CAFE un\ufffd")).containsExactly(11, 0, 4);
    file.replacing("normalizer", "\"clean_text\": true", "\"clean_text\": false");
    assertThat(tokens(file, "cafe\u0000 un")).containsExactly(0, 4);
  }

  @ParameterizedTest
  @CsvSource({
    "NFD, caf\u00e9, 0",
    "NFKC, \uff43\uff41\uff46\uff45, 11",
    "NFKD, \uff43\uff41\uff46\uff45, 11",
    "NFC, \uff43\uff41\uff46\uff45, 0",
    "StripAccents, cafe\u0301, 11",
    "Lowercase, CAFE, 11",
  })
  void knowsTheOtherNormalizers(String type, String text, int token) {
    TinyTokenizer file = new TinyTokenizer().with("normalizer", "{\"type\": \"" + type + "\"}");
    assertThat(tokens(file, text)).containsExactly(token);
  }

  @Test
  void runsASequenceOfNormalizers() {
    TinyTokenizer file =
        new TinyTokenizer()
            .with(
                "normalizer",
                """
                {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"},
                 {"type": "Strip", "strip_left": true, "strip_right": true},
                 {"type": "Lowercase"}]}""")
            .with("pre_tokenizer", "null");
    assertThat(tokens(file, " \u2003CAFÉ\n")).containsExactly(11);
    assertThat(tokens(file, " \u2003\n")).isEmpty();
    assertThat(tokens(file.with("normalizer", "null"), "cafe")).containsExactly(11);
    assertThat(tokens(file, "cafe ")).containsExactly(0);
  }

  @Test
  void knowsTheOtherPreTokenizers() {
    TinyTokenizer file = new TinyTokenizer();
    file.with("pre_tokenizer", "{\"type\": \"WhitespaceSplit\"}");
    assertThat(tokens(file, "un un!")).containsExactly(4, 0);
    file.with("pre_tokenizer", "{\"type\": \"Whitespace\"}");
    assertThat(tokens(file, " un! !!un")).containsExactly(4, 10, 0, 4);
    file.with("pre_tokenizer", "{\"type\": \"Punctuation\", \"behavior\": \"Isolated\"}");
    assertThat(tokens(file, "un!un un")).containsExactly(4, 10, 0);
    file.with(
        "pre_tokenizer",
        """
        {"type": "Sequence",
         "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Punctuation"}]}""");
    assertThat(tokens(file, "un!un un")).containsExactly(4, 10, 4, 4);
  }

  @Test
  void findsAddedTokensInTheText() {
    assertThat(tokens("un[SEP]un [MASK]!")).containsExactly(4, 2, 4, 3, 10);
    assertThat(tokens("[sep]")).containsExactly(16, 0, 18);
  }

  @Test
  void findsTheLongestAddedTokenAndHonoursItsProperties() {
    TinyTokenizer file =
        new TinyTokenizer()
            .with(
                "added_tokens",
                "["
                    + String.join(
                        ",",
                        TinyTokenizer.added(21, "<x>", ""),
                        TinyTokenizer.added(22, "<x><y>", ""),
                        TinyTokenizer.added(23, "word", "single_word"),
                        TinyTokenizer.added(24, "left", "lstrip"),
                        TinyTokenizer.added(25, "right", "rstrip"),
                        TinyTokenizer.added(26, "Né", "normalized"))
                    + "]")
            .with("post_processor", "null");
    assertThat(tokens(file, "<x><x><y><x>")).containsExactly(21, 22, 21);
    assertThat(tokens(file, "word,word words")).containsExactly(23, 9, 23, 0);
    // Normalized, the token is found in each spelling.
    assertThat(tokens(file, "ne NÉ un")).containsExactly(26, 26, 4);
    // Without pre-tokenizer and normalizer the white space that remains would make words unknown.
    file.with("pre_tokenizer", "null").with("normalizer", "null");
    assertThat(tokens(file, "un  leftun")).containsExactly(4, 24, 4);
    assertThat(tokens(file, "unright  un")).containsExactly(4, 25, 4);
    assertThat(file.read(folder).vocabularySize()).isEqualTo(27);
    assertThat(file.read(folder).token(26)).isEqualTo("Né");
  }

  @Test
  void putsSpecialTokensAroundAndTruncates() {
    Tokenizer tokenizer = new TinyTokenizer().read(folder);
    assertThat(tokenizer.encode("unaffable")).containsExactly(1, 4, 5, 6, 2);
    assertThat(tokenizer.encode("unaffable", 5)).containsExactly(1, 4, 5, 6, 2);
    assertThat(tokenizer.encode("unaffable", 4)).containsExactly(1, 4, 5, 2);
    assertThat(tokenizer.encode("unaffable", 2)).containsExactly(1, 2);
    // What a cut-off part of a word does to the word is done before the cut.
    assertThat(tokenizer.encode("unaffx", 3)).containsExactly(1, 0, 2);
    assertThat(tokenizer.encode("")).containsExactly(1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.encode("un", 1))
        .withMessageContaining("maxTokens");
  }

  @Test
  void truncatesAsTheFileSays() {
    Tokenizer tokenizer =
        new TinyTokenizer()
            .with(
                "truncation",
                """
                {"direction": "Right", "max_length": 3, "strategy": "LongestFirst", "stride": 0}""")
            .with(
                "post_processor",
                "{\"type\": \"BertProcessing\", \"sep\": [\"[SEP]\", 2], \"cls\": [\"[CLS]\", 1]}")
            .read(folder);
    assertThat(tokenizer.maxTokens()).hasValue(3);
    assertThat(tokenizer.encode("unaffable")).containsExactly(1, 4, 2);
    assertThat(tokenizer.encode("unaffable", 99)).containsExactly(1, 4, 5, 6, 2);
    assertThat(tokenizer.encodeWithoutSpecialTokens("unaffable")).containsExactly(4, 5, 6);
  }

  @Test
  void tellsItsTokens() {
    Tokenizer tokenizer = new TinyTokenizer().read(folder);
    assertThat(tokenizer.vocabularySize()).isEqualTo(21);
    assertThat(tokenizer.maxTokens()).isEmpty();
    assertThat(tokenizer.token(6)).isEqualTo("##able");
    assertThat(tokenizer.token(20)).isEqualTo("🙂");
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.token(21));
    assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.token(-1));
  }

  @Test
  void takesLinearTimeForHostileTexts() {
    Tokenizer tokenizer = new TinyTokenizer().read(folder);
    String descendingMarks = "\u0301".repeat(300_000) + "\u0316".repeat(300_000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertThat(tokenizer.encodeWithoutSpecialTokens("cafe" + descendingMarks + " un"))
              .containsExactly(11, 4);
          assertThat(tokenizer.encodeWithoutSpecialTokens("a".repeat(3_000_000)))
              .containsExactly(0);
          assertThat(tokenizer.encodeWithoutSpecialTokens("un,".repeat(500_000)))
              .hasSize(1_000_000);
        });
  }

  @Test
  void servesManyThreadsAtOnce() {
    Tokenizer tokenizer = new TinyTokenizer().read(folder);
    assertThat(
            IntStream.range(0, 2_000)
                .parallel()
                .mapToObj(i -> tokenizer.encodeWithoutSpecialTokens("un ".repeat(i)).length)
                .toList())
        .isEqualTo(IntStream.range(0, 2_000).boxed().toList());
  }
}
