package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.generate.GenerationOptions;
import io.octavo.generate.GenerationResult;
import io.octavo.load.LoadOptions;
import io.octavo.tensor.DType;
import io.octavo.testing.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trained LLaMA from its folder and its GGUF file against its published greedy text. */
class StoriesGenerationTest {
  @ParameterizedTest
  @ValueSource(strings = {"hf", "stories260K.gguf"})
  void greedyTextIsThePublishedOne(String file) throws IOException {
    Path folder = TestData.file("models/stories260K");
    String published = Files.readString(folder.resolve("greedy.txt")).strip();
    LoadOptions options = LoadOptions.defaults().withFloatingPoint(DType.F32);
    try (LanguageModel model = LanguageModel.load(folder.resolve(file), options)) {
      StringBuilder streamed = new StringBuilder();
      GenerationResult result =
          model.generate("", GenerationOptions.defaults().withMaxTokens(256), streamed::append);
      assertThat(result.text().strip()).isEqualTo(published);
      assertThat(streamed.toString()).isEqualTo(result.text());
    }
  }
}
