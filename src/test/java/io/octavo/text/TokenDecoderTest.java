package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text of tokens, against the library, and piece by piece. */
class TokenDecoderTest {
  private static final String GPT_2 = "tokenizers/gpt2/tokenizer.json";
  private static final String PHI_3 = "tokenizers/phi-3-mini/tokenizer.json";

  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {GPT_2, PHI_3})
  void agreesOnRealTextsEdgeCasesAndRandomUnicode(String file) throws IOException {
    compare(TestData.file(file), Texts.lines());
    compare(TestData.file(file), Texts.EDGES);
    compare(TestData.file(file), Texts.random(1_000, Oracle.unknownCodePoints()));
  }

  /** Ids as they come, whose bytes are mostly no UTF-8. */
  @Test
  void agreesOnRandomTokens() {
    Path file = TestData.file(GPT_2);
    Tokenizer tokenizer = TokenizerFile.read(file);
    Random random = new Random(41);
    try (Oracle oracle = Oracle.plain(file)) {
      for (int i = 0; i < 2_000; i++) {
        // Low ids are single bytes.
        int bound = random.nextBoolean() ? 256 : tokenizer.vocabularySize();
        int[] ids = random.ints(random.nextInt(12), 0, bound).toArray();
        assertThat(tokenizer.decode(ids)).isEqualTo(oracle.decode(ids));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}",
        "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": false}",
        "{\"type\": \"Metaspace\", \"replacement\": \"a\", \"prepend_scheme\": \"always\"}",
        "{\"type\": \"Metaspace\", \"replacement\": \"a\", \"prepend_scheme\": \"never\"}",
        "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Replace\", \"pattern\": {\"String\":"
            + " \"b\"}, \"content\": \"xy\"}, {\"type\": \"Fuse\"}, {\"type\": \"Strip\","
            + " \"content\": \"x\", \"start\": 1, \"stop\": 0}]}",
        "null"
      })
  void agreesWithAllDecoders(String decoder) throws IOException {
    String gpt2 = Files.readString(TestData.file(GPT_2));
    Path file =
        Files.writeString(
            folder.resolve("decoder.json"),
            gpt2.replaceFirst(
                "\"decoder\": *\\{[^}]*\\}", Matcher.quoteReplacement("\"decoder\": " + decoder)));
    Tokenizer tokenizer = TokenizerFile.read(file);
    Random random = new Random(42);
    try (Oracle oracle = Oracle.plain(file)) {
      for (int i = 0; i < 500; i++) {
        int[] ids = random.ints(random.nextInt(12), 0, tokenizer.vocabularySize()).toArray();
        assertThat(tokenizer.decode(ids)).isEqualTo(oracle.decode(ids));
      }
      int[] words = oracle.encode("a.b , do not ' it 's n't!");
      assertThat(tokenizer.decode(words)).isEqualTo(oracle.decode(words));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {GPT_2, PHI_3})
  void piecesHoldWholeCharacters(String file) {
    Tokenizer tokenizer = TokenizerFile.read(TestData.file(file));
    for (String text : Texts.random(300, Oracle.unknownCodePoints())) {
      TokenDecoder decoder = tokenizer.decoder();
      List<String> pieces = new ArrayList<>();
      for (int id : tokenizer.encodeWithoutSpecialTokens(text)) {
        pieces.add(decoder.append(id));
      }
      pieces.add(decoder.finish());
      assertThat(String.join("", pieces)).isEqualTo(text);
      assertThat(pieces)
          .allSatisfy(
              piece ->
                  assertThat(
                          new String(
                              piece.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                      .isEqualTo(piece));
    }
  }

  @Test
  void aCharacterOfSeveralTokensComesWithTheLast() {
    Tokenizer tokenizer = TokenizerFile.read(TestData.file(PHI_3));
    TokenDecoder decoder = tokenizer.decoder();
    List<String> pieces =
        Stream.of("<s>", "▁a", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "▁b", "<0xE2>")
            .map(token -> decoder.append(tokenizer.id(token).orElseThrow()))
            .toList();
    assertThat(pieces).containsExactly("", "a", "", "", "", "\uD83D\uDE00", " b", "");
    assertThat(decoder.finish()).isEqualTo("\uFFFD");
    assertThat(tokenizer.decoder().append(1 << 28)).isEmpty();
    assertThatThrownBy(() -> tokenizer.decoder().append(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"CTC\", \"pad_token\": \"<pad>\", \"word_delimiter_token\": \"|\","
            + " \"cleanup\": true}",
        "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Fuse\"}, {\"type\": \"Replace\","
            + " \"pattern\": {\"String\": \"b\"}, \"content\": \"\"}]}",
        "{\"type\": \"Strip\", \"content\": \" \", \"start\": 1, \"stop\": 0}"
      })
  void whatIsNotServedIsRefusedWhenItIsNeeded(String decoder) {
    Tokenizer tokenizer =
        TokenizerFile.read(new TinyTokenizer().with("decoder", decoder).write(folder));
    assertThat(tokenizer.encode("a")).isNotEmpty();
    assertThatThrownBy(tokenizer::decoder)
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("decoder");
  }

  @Test
  void aDamagedDecoderIsRefusedByPlace() {
    Tokenizer tokenizer =
        TokenizerFile.read(
            new TinyTokenizer().with("decoder", "{\"type\": \"WordPiece\"}").write(folder));
    assertThatThrownBy(tokenizer::decoder)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("decoder.prefix");
  }

  private static void compare(Path file, List<String> texts) {
    Tokenizer tokenizer = TokenizerFile.read(file);
    try (Oracle oracle = Oracle.plain(file)) {
      for (String text : texts) {
        int[] ids = oracle.encode(text);
        assertThat(tokenizer.decode(ids))
            .as(() -> Texts.escaped(text))
            .isEqualTo(oracle.decode(ids));
      }
    }
  }
}
