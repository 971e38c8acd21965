package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.NativeMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of a folder's files are taken for what; their contents do not matter here. */
class ModelFilesTest {
  private Path folder;

  @BeforeEach
  void take(@TempDir Path empty) {
    folder = empty;
  }

  @Test
  void safetensorsArePreferredAndNeedTheirConfiguration() throws IOException {
    write("model.onnx", "onnx/model.onnx", "tokenizer.json");
    assertThat(find(folder).weights()).isEqualTo("model.onnx");
    write("model.safetensors.index.json");
    assertThatThrownBy(() -> find(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve("config.json").toString());
    write("config.json");
    assertThat(find(folder).weights()).isEqualTo("model.safetensors.index.json");
    write("model.safetensors");
    assertThat(find(folder).weights()).isEqualTo("model.safetensors");
    assertThat(find(folder).format()).isEqualTo(ModelFiles.Format.SAFETENSORS);
    assertThat(find(folder.resolve("model.onnx")).format()).isEqualTo(ModelFiles.Format.ONNX);
  }

  @Test
  void tokenizersLieBesideTheWeightsUnderTheirNameOrInTheFolder() throws IOException {
    write("onnx/model.onnx", "tokenizer.json");
    assertThat(find(folder).tokenizer()).isEqualTo("tokenizer.json");
    write("onnx/tokenizer.json");
    assertThat(find(folder).tokenizer()).isEqualTo("onnx/tokenizer.json");
    write("onnx/model-tokenizer.json");
    assertThat(find(folder).tokenizer()).isEqualTo("onnx/model-tokenizer.json");
    Path other = folder.resolve("other.json");
    ModelFiles chosen = ModelFiles.find(ModelSource.of(folder), "", other);
    assertThat(chosen.tokenizers().place(chosen.tokenizer())).isEqualTo(other.toString());
  }

  @Test
  void anOnnxFileOfARepositoryBelongsToTheFolderAbove() throws IOException {
    write("onnx/model_O3.onnx", "config.json", "tokenizer.json", "1_Pooling/config.json");
    ModelSource source = ModelSource.of(folder.resolve("onnx/model_O3.onnx"));
    assertThat(source.has("1_Pooling/config.json")).isTrue();
    ModelFiles files = ModelFiles.find(source, "", null);
    assertThat(files.weights()).isEqualTo("onnx/model_O3.onnx");
    assertThat(files.tokenizer()).isEqualTo("tokenizer.json");
  }

  @Test
  void nothingThereIsReportedWithWhatWasLookedFor() throws IOException {
    assertThatThrownBy(() -> find(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(
            folder.toString(), "model.safetensors", "model.safetensors.index.json", "model.onnx");
    write("model.onnx");
    assertThatThrownBy(() -> readTokenizer())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve("model-tokenizer.json").toString())
        .hasMessageContaining(folder.resolve("tokenizer.json").toString());
  }

  @Test
  void otherFormatsAreRefusedByName() throws IOException {
    write("pytorch_model.bin", "config.json");
    assertThatThrownBy(() -> find(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContainingAll("pytorch_model.bin", "safetensors");
    write("model.safetensors", "vocab.txt");
    assertThatThrownBy(() -> readTokenizer())
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContainingAll("vocab.txt", "tokenizer.json");
    assertThatThrownBy(() -> find(folder.resolve("vocab.txt")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(".safetensors");
  }

  @Test
  void tokenizersStateALimitOrNone() throws IOException {
    write("model.onnx", "tokenizer.json");
    assertThat(find(folder).statedMaxTokens()).isEmpty();
    limit("{\"model_max_length\": 384}");
    assertThat(find(folder).statedMaxTokens()).isEqualTo(OptionalInt.of(384));
    limit("{\"model_max_length\": 1000000000000000019884624838656}");
    assertThat(find(folder).statedMaxTokens()).isEmpty();
    limit("{}");
    assertThat(find(folder).statedMaxTokens()).isEmpty();
    limit("{\"model_max_length\": -3}");
    assertThatThrownBy(() -> find(folder).statedMaxTokens())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model_max_length");
  }

  private static ModelFiles find(Path model) {
    return ModelFiles.find(ModelSource.of(model), "", null);
  }

  private void readTokenizer() {
    try (NativeMemory memory = new NativeMemory()) {
      find(folder).readTokenizer(memory);
    }
  }

  private void limit(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer_config.json"), json);
  }

  private void write(String... files) throws IOException {
    for (String file : files) {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, "x".getBytes(StandardCharsets.UTF_8));
    }
  }
}
