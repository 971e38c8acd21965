package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.load.GgufTokenizers;
import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokenizers from GGUF vocabularies, against published vectors and the library. */
class GgmlOracleTest {
  private static final String GPT_2 = "tokenizers/gpt2/ggml-vocab-gpt-2.gguf";
  private static final String LLAMA = "tokenizers/phi-3-mini/ggml-vocab-llama-spm.gguf";
  private static final String BGE = "tokenizers/bert-bge/ggml-vocab-bert-bge.gguf";

  @ParameterizedTest
  @ValueSource(strings = {GPT_2, LLAMA, BGE})
  void givesThePublishedVectors(String file) throws IOException {
    Texts.assertVectors(GgufTokenizers.read(TestData.file(file)), file);
  }

  /** The texts are free of what the other file adds: chat markers, and spaces behind them. */
  @ParameterizedTest
  @CsvSource({
    GPT_2 + ", tokenizers/gpt2/tokenizer.json",
    LLAMA + ", tokenizers/phi-3-mini/tokenizer.json"
  })
  void agreesWithTheLibraryOnTheFileBesideIt(String gguf, String file) throws IOException {
    Tokenizer tokenizer = GgufTokenizers.read(TestData.file(gguf));
    compare(tokenizer, TestData.file(file), Texts.lines());
    compare(tokenizer, TestData.file(file), Texts.random(1_000, Oracle.unknownCodePoints()));
  }

  @ParameterizedTest
  @CsvSource({
    "models/stories260K/stories260K.gguf, models/stories260K/hf/tokenizer.json",
  })
  void agreesOnEdgeCases(String gguf, String file) {
    compare(GgufTokenizers.read(TestData.file(gguf)), TestData.file(file), Texts.EDGES);
    assertThat(GgufTokenizers.read(TestData.file(gguf)).encode("a"))
        .containsExactly(TokenizerFile.read(TestData.file(file)).encode("a"));
  }

  private static void compare(Tokenizer tokenizer, Path file, List<String> texts) {
    try (Oracle oracle = Oracle.plain(file)) {
      for (String text : texts) {
        int[] ids = oracle.encode(text);
        assertThat(tokenizer.encodeWithoutSpecialTokens(text))
            .as(() -> Texts.escaped(text))
            .containsExactly(ids);
        assertThat(tokenizer.decode(ids)).isEqualTo(oracle.decode(ids));
      }
    }
  }
}
