package io.octavo.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real tokenizers by byte-pair encoding, against published vectors and the library. */
class BytePairOracleTest {
  private static final String GPT_2 = "tokenizers/gpt2/tokenizer.json";
  private static final String PHI_3 = "tokenizers/phi-3-mini/tokenizer.json";

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
