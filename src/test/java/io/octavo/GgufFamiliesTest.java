package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.load.SafetensorsCheckpoint;
import io.octavo.tensor.DType;
import io.octavo.testing.ConvertedGguf;
import io.octavo.testing.TinyGguf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every family that comes in GGUF files: the same random weights as a folder, which {@link
 * io.octavo.model.DecoderReferenceTest} compares with the transformers library, and as llama.cpp's
 * converter writes them, give the same bits.
 */
class GgufFamiliesTest {
  private static final Path FOLDER = Path.of("src/test/resources/decoders");
  private static final int VOCABULARY = 61;

  /** Beyond each model's windows and original contexts. */
  private static final int[] IDS = new Random(4).ints(150, 0, VOCABULARY).toArray();

  /**
   * A model.
   *
   * @param name its folder
   * @param change what the converter cannot say is made what llama.cpp takes it to be
   */
  @ParameterizedTest
  @CsvSource({
    "llama, -",
    "llama-linear, -",
    "llama-yarn, -",
    "qwen2, without a window",
    "qwen3, -",
    "olmo2, -",
    "gemma2, scale by head",
    "gemma3, scale by head",
    "gpt2, -",
    "gpt-neox, -",
    "gpt-neox-sequential, -",
    "bloom, -"
  })
  void aConvertedModelIsTheOneOfItsFolder(String name, String change) throws IOException {
    Map<String, byte[]> folder =
        folder(
            name,
            config -> {
              switch (change) {
                case "without a window" -> config.putNull("sliding_window").remove("layer_types");
                case "scale by head" ->
                    config.put("query_pre_attn_scalar", config.get("head_dim").asInt());
                default -> {}
              }
            });
    Map<String, byte[]> converted = Map.of("m.gguf", converted(folder).bytes());
    for (LoadOptions options :
        List.of(LoadOptions.defaults(), LoadOptions.defaults().withFloatingPoint(DType.F32))) {
      float[][] expected = logits(ModelSource.ofBytes("folder", folder), options);
      float[][] read = logits(ModelSource.ofBytes("file", converted).withFile("m.gguf"), options);
      for (int i = 0; i < IDS.length; i++) {
        assertThat(read[i]).as("position %d", i).isEqualTo(expected[i]);
      }
    }
  }

  /** The factor of the angles is rounded to float32 in the file, so that the last bits differ. */
  @Test
  void aPhiIsTheOneOfItsFolder() throws IOException {
    Map<String, byte[]> folder = folder("phi3", config -> {});
    assertAlike(folder, converted(folder).bytes());
  }

  /** And so are LLaMA 3's divisors. */
  @Test
  void aScaledLlamaIsTheOneOfItsFolder() throws IOException {
    Map<String, byte[]> folder = folder("llama3", config -> {});
    JsonNode rope = new ObjectMapper().readTree(folder.get("config.json")).get("rope_parameters");
    int width = 16;
    float[] divisors = new float[width / 2];
    double original = rope.get("original_max_position_embeddings").asDouble();
    double low = rope.get("low_freq_factor").asDouble();
    double high = rope.get("high_freq_factor").asDouble();
    double factor = rope.get("factor").asDouble();
    for (int i = 0; i < divisors.length; i++) {
      double wave = 2 * Math.PI * Math.pow(rope.get("rope_theta").asDouble(), 2.0 * i / width);
      double smooth = (original / wave - low) / (high - low);
      divisors[i] =
          (float)
              (wave < original / high
                  ? 1
                  : wave > original / low ? factor : 1 / ((1 - smooth) / factor + smooth));
    }
    assertThat(divisors).contains(1f, 8f);
    byte[] file =
        converted(folder)
            .floats("rope_freqs.weight", new long[] {divisors.length}, divisors)
            .bytes();
    assertAlike(folder, file);
  }

  private static void assertAlike(Map<String, byte[]> folder, byte[] file) {
    LoadOptions options = LoadOptions.defaults().withFloatingPoint(DType.F32);
    float[][] expected = logits(ModelSource.ofBytes("folder", folder), options);
    float[][] read =
        logits(ModelSource.ofBytes("file", Map.of("m.gguf", file)).withFile("m.gguf"), options);
    for (int i = 0; i < IDS.length; i++) {
      double largest = 0;
      for (float logit : expected[i]) {
        largest = Math.max(largest, Math.abs(logit));
      }
      for (int token = 0; token < VOCABULARY; token++) {
        assertThat(Math.abs((double) read[i][token] - expected[i][token]))
            .as("position %d, token %d", i, token)
            .isLessThan(1e-5 * largest);
      }
    }
  }

  private static Map<String, byte[]> folder(String name, Consumer<ObjectNode> change)
      throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    ObjectNode config =
        (ObjectNode) new ObjectMapper().readTree(FOLDER.resolve(name + "/config.json").toFile());
    if (config.get("model_type").asText().equals("bloom")) {
      // Whose context the file has to state, and the library's configuration does not.
      config.put("seq_length", 2048);
    }
    change.accept(config);
    files.put("config.json", config.toString().getBytes(StandardCharsets.UTF_8));
    files.put("model.safetensors", Files.readAllBytes(FOLDER.resolve(name + "/model.safetensors")));
    return files;
  }

  private static TinyGguf converted(Map<String, byte[]> folder) throws IOException {
    JsonNode config = new ObjectMapper().readTree(folder.get("config.json"));
    try (SafetensorsCheckpoint tensors =
        SafetensorsCheckpoint.open(ModelSource.ofBytes("m", folder), "model.safetensors")) {
      List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
      for (int id = tokens.size(); id < VOCABULARY; id++) {
        tokens.add("t" + id);
      }
      int[] types = new int[VOCABULARY];
      Arrays.fill(types, 1);
      types[0] = 2;
      types[1] = 3;
      types[2] = 3;
      return ConvertedGguf.of(config, tensors)
          .with("tokenizer.ggml.model", "llama")
          .with("tokenizer.ggml.tokens", tokens)
          .with("tokenizer.ggml.scores", new float[VOCABULARY])
          .with("tokenizer.ggml.token_type", types)
          .with("tokenizer.ggml.unknown_token_id", 0)
          .with("tokenizer.ggml.bos_token_id", 1)
          .with("tokenizer.ggml.eos_token_id", 2);
    }
  }

  private static float[][] logits(ModelSource source, LoadOptions options) {
    float[][] logits = new float[IDS.length][];
    try (LanguageModel model = LanguageModel.load(source, options);
        TokenSequenceState sequence = model.tokens().open()) {
      assertThat(model.report().origin().ignored()).isEmpty();
      sequence.append(
          IDS,
          (position, row, offset) ->
              logits[position] = Arrays.copyOfRange(row, offset, offset + VOCABULARY));
    }
    return logits;
  }
}
