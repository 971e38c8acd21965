package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tokenizer of all-MiniLM-L6-v2 against published vectors and the {@code tokenizers} library.
 */
class MiniLmTokenizerTest {
  @SuppressWarnings("NullAway.Init") // by load()
  private static Path file;

  @SuppressWarnings("NullAway.Init") // by load()
  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    file = TestData.miniLm().resolveSibling("all-minilm-l6-v2-tokenizer.json");
    tokenizer = TokenizerFile.read(file);
  }

  @Test
  void statesItsSizes() {
    assertThat(tokenizer.vocabularySize()).isEqualTo(30522);
    assertThat(tokenizer.maxTokens()).hasValue(128);
    assertThat(tokenizer.token(102)).isEqualTo("[SEP]");
    assertThat(tokenizer.token(30521)).isEqualTo("##～");
    assertThat(tokenizer.encode("The quick brown fox"))
        .containsExactly(101, 1996, 4248, 2829, 4419, 102);
  }

  @Test
  void givesThePublishedVectors() throws IOException {
    Texts.assertVectors(tokenizer, "tokenizers/bert-bge/ggml-vocab-bert-bge.gguf");
  }

  @Test
  void agreesOnEveryLineOfARealText() throws IOException {
    List<String> lines = Files.readAllLines(TestData.file("text/wikitext2-raw-test.txt"));
    try (Oracle oracle = Oracle.plain(file)) {
      for (String line : lines) {
        assertThat(tokenizer.encodeWithoutSpecialTokens(line))
            .as(line)
            .containsExactly(oracle.encode(line));
      }
      String all = String.join("\n", lines);
      assertThat(tokenizer.encodeWithoutSpecialTokens(all)).isEqualTo(oracle.encode(all));
    }
  }

  @Test
  void agreesOnRandomUnicode() {
    try (Oracle oracle = Oracle.plain(file)) {
      for (String text : Texts.random(1_000, Oracle.unknownCodePoints())) {
        assertThat(tokenizer.encodeWithoutSpecialTokens(text))
            .as(() -> Texts.escaped(text))
            .containsExactly(oracle.encode(text));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8, 16, 128, 512})
  void truncatesAlike(int maxTokens) throws IOException {
    List<String> lines = Files.readAllLines(TestData.file("text/wikitext2-raw-test.txt"));
    try (Oracle oracle = Oracle.truncating(file, maxTokens)) {
      for (String text : lines.subList(0, 400)) {
        assertThat(tokenizer.encode(text, maxTokens)).containsExactly(oracle.encode(text));
      }
      for (String text : Texts.random(200, Oracle.unknownCodePoints())) {
        assertThat(tokenizer.encode(text, maxTokens))
            .as(() -> Texts.escaped(text))
            .containsExactly(oracle.encode(text));
      }
    }
  }
}
