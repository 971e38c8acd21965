package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import io.octavo.testing.TestData;
import io.octavo.testing.TinyGguf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GGUF files read as if they were folders of the transformers library's. */
class GgufModelTest {
  private static final int WIDTH = 8;
  private static final int HEADS = 2;
  private static final int HEAD_WIDTH = WIDTH / HEADS;

  private static GgufModel open(TinyGguf file) {
    return GgufModel.open(ModelSource.ofBytes("m", Map.of("m.gguf", file.bytes())), "m.gguf");
  }

  /** The metadata that every family has, and words. */
  private static TinyGguf tiny(String architecture) {
    return TinyGguf.file()
        .with("general.architecture", architecture)
        .with(architecture + ".block_count", 1)
        .with(architecture + ".context_length", 16)
        .with(architecture + ".embedding_length", WIDTH)
        .with(architecture + ".feed_forward_length", 32)
        .with(architecture + ".attention.head_count", HEADS)
        .with(architecture + ".attention.layer_norm_epsilon", 1e-5f)
        .with(architecture + ".attention.layer_norm_rms_epsilon", 1e-6f)
        .floats("token_embd.weight", new long[] {WIDTH, 3}, new float[3 * WIDTH]);
  }

  /** The same weights in both formats, rotated features in the library's order. */
  @Test
  void thePublishedModelIsTheOneOfItsFolder() {
    try (GgufModel model =
            GgufModel.open(
                ModelSource.of(TestData.file("models/stories260K/stories260K.gguf")),
                "stories260K.gguf");
        SafetensorsCheckpoint folder =
            SafetensorsCheckpoint.open(TestData.file("models/stories260K/hf"))) {
      assertThat(model.tensors().names()).containsAll(folder.names()).contains("lm_head.weight");
      for (String name : folder.names()) {
        CheckpointTensor expected = folder.tensor(name);
        CheckpointTensor read = model.tensors().tensor(name);
        assertThat(read.shape()).as(name).isEqualTo(expected.shape());
        assertThat(numbers(read)).as(name).containsExactly(numbers(expected));
      }
      JsonValue config =
          ConfigurationFile.object(
              ModelSource.of(TestData.file("models/stories260K/hf")), "config.json");
      for (String field :
          List.of(
              "model_type",
              "hidden_size",
              "intermediate_size",
              "num_hidden_layers",
              "num_attention_heads",
              "num_key_value_heads",
              "vocab_size",
              "rms_norm_eps",
              "attention_bias",
              "mlp_bias")) {
        assertThat(field(model, field)).as(field).isEqualTo(config.get(field).value());
      }
      assertThat(model.specialToken("bos")).hasValue(1);
      assertThat(model.specialToken("eos")).hasValue(2);
      assertThat(model.specialToken("padding")).isEmpty();
      assertThat(model.chatTemplate()).isNull();
      assertThat(model.tokenizer().decode(model.tokenizer().encode("Once upon")))
          .isEqualTo("Once upon");
    }
  }

  private static Object field(GgufModel model, String name) {
    Object value = model.config().json().get(name).value();
    return value == null ? "null" : value;
  }

  private static float[] numbers(CheckpointTensor tensor) {
    int columns = tensor.shape().getLast().intValue();
    if (tensor.shape().size() == 1) {
      return tensor.vector(columns);
    }
    int rows = tensor.shape().getFirst().intValue();
    float[] numbers = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      tensor.matrix(rows, columns).readRow(row, numbers, row * columns);
    }
    return numbers;
  }

  /**
   * What the converter does to a projection of queries, keys and values: {@code [heads, 3, width]}
   * becomes {@code [3, heads, width]}.
   */
  @ParameterizedTest
  @CsvSource({
    "bloom, transformer.h.0.self_attention.query_key_value",
    "gptneox, gpt_neox.layers.0.attention.query_key_value"
  })
  void projectionsAreFusedHeadByHead(String architecture, String name) {
    float[] stored = new float[3 * WIDTH];
    float[] original = new float[3 * WIDTH];
    for (int head = 0; head < HEADS; head++) {
      for (int kind = 0; kind < 3; kind++) {
        for (int i = 0; i < HEAD_WIDTH; i++) {
          float number = 100 * head + 10 * kind + i;
          original[(head * 3 + kind) * HEAD_WIDTH + i] = number;
          stored[(kind * HEADS + head) * HEAD_WIDTH + i] = number;
        }
      }
    }
    try (GgufModel model =
        open(
            tiny(architecture)
                .floats("blk.0.attn_qkv.weight", new long[] {1, 3 * WIDTH}, stored)
                .floats("blk.0.attn_qkv.bias", new long[] {3 * WIDTH}, stored))) {
      assertThat(numbers(model.tensors().tensor(name + ".weight"))).containsExactly(original);
      assertThat(numbers(model.tensors().tensor(name + ".bias"))).containsExactly(original);
    }
  }

  /** {@code [heads, 2, width / 2]} becomes {@code [heads, width / 2, 2]}; biases, too. */
  @Test
  void rotatedFeaturesAreHalvesAgain() {
    float[] stored = new float[WIDTH];
    float[] original = new float[WIDTH];
    for (int head = 0; head < HEADS; head++) {
      for (int half = 0; half < 2; half++) {
        for (int i = 0; i < HEAD_WIDTH / 2; i++) {
          float number = 100 * head + 10 * half + i;
          original[(head * 2 + half) * HEAD_WIDTH / 2 + i] = number;
          stored[(head * HEAD_WIDTH / 2 + i) * 2 + half] = number;
        }
      }
    }
    try (GgufModel model =
        open(
            tiny("llama")
                .floats("blk.0.attn_q.weight", new long[] {1, WIDTH}, stored)
                .floats("blk.0.attn_q.bias", new long[] {WIDTH}, stored)
                .floats("blk.0.attn_v.weight", new long[] {1, WIDTH}, stored))) {
      String self = "model.layers.0.self_attn.";
      assertThat(numbers(model.tensors().tensor(self + "q_proj.weight"))).containsExactly(original);
      assertThat(numbers(model.tensors().tensor(self + "q_proj.bias"))).containsExactly(original);
      assertThat(numbers(model.tensors().tensor(self + "v_proj.weight"))).containsExactly(stored);
      assertThat(field(model, "attention_bias")).isEqualTo(true);
    }
  }

  /** GPT-2's weights are stored by inputs in the library's files, and by outputs in these. */
  @Test
  void convolutionsAreReadByColumns() {
    try (GgufModel model =
        open(
            tiny("gpt2")
                .floats("blk.0.ffn_up.weight", new long[] {2, 3}, 1, 2, 3, 4, 5, 6)
                .floats("blk.0.ffn_up.bias", new long[] {3}, 7, 8, 9))) {
      CheckpointTensor weight = model.tensors().tensor("transformer.h.0.mlp.c_fc.weight");
      assertThat(weight.shape()).containsExactly(2L, 3L);
      float[] row = new float[2];
      weight.matrixByColumns(3, 2).readRow(1, row, 0);
      assertThat(row).containsExactly(3, 4);
      assertThatThrownBy(() -> weight.matrix(2, 3)).isInstanceOf(IllegalStateException.class);
      assertThat(numbers(model.tensors().tensor("transformer.h.0.mlp.c_fc.bias")))
          .containsExactly(7, 8, 9);
      assertThat(field(model, "n_embd")).isEqualTo(WIDTH);
      assertThat(field(model, "layer_norm_epsilon")).isEqualTo(1e-5);
      assertThat(field(model, "tie_word_embeddings")).isEqualTo(true);
    }
  }

  @Test
  void scalesOfGemmaAreThoseToWhichOneIsAdded() {
    try (GgufModel model =
        open(
            tiny("gemma2")
                .with("gemma2.attention.key_length", 4)
                .with("gemma2.attention.sliding_window", 7)
                .with("gemma2.attn_logit_softcapping", 50f)
                .floats("blk.0.post_ffw_norm.weight", new long[] {2}, 1.5f, 0.75f)
                .floats("output_norm.weight", new long[] {1}, 1f))) {
      assertThat(
              numbers(model.tensors().tensor("model.layers.0.post_feedforward_layernorm.weight")))
          .containsExactly(0.5f, -0.25f);
      assertThat(numbers(model.tensors().tensor("model.norm.weight"))).containsExactly(0f);
      assertThat(field(model, "sliding_window")).isEqualTo(7);
      assertThat(field(model, "query_pre_attn_scalar")).isEqualTo(4);
      assertThat(field(model, "attn_logit_softcapping")).isEqualTo(50.0);
      assertThat(field(model, "model_type")).isEqualTo("gemma2");
    }
  }

  @Test
  void scaledPositionsAreThoseOfTheTensors() {
    try (GgufModel llama = open(tiny("llama").floats("rope_freqs.weight", new long[] {2}, 1f, 8f));
        GgufModel phi =
            open(
                tiny("phi3")
                    .with("phi3.rope.scaling.original_context_length", 4)
                    .with("phi3.attention.sliding_window", 0)
                    .floats("rope_factors_long.weight", new long[] {2}, 1.05f, 8f)
                    .floats("rope_factors_short.weight", new long[] {2}, 1f, 1f))) {
      JsonValue scaling = llama.config().json().get("rope_scaling");
      assertThat(scaling.get("long_factor").array())
          .extracting(JsonValue::number)
          .containsExactly(1.0, 8.0);
      assertThat(scaling.get("attention_factor").number()).isEqualTo(1);
      assertThat(llama.tensors().names()).doesNotContain("rope_freqs.weight");
      scaling = phi.config().json().get("rope_scaling");
      assertThat(scaling.get("rope_type").string()).isEqualTo("longrope");
      assertThat(scaling.get("long_factor").array())
          .extracting(JsonValue::number)
          .containsExactly(1.05, 8.0);
      assertThat(scaling.find("attention_factor")).isNull();
      assertThat(field(phi, "sliding_window")).isEqualTo("null");
    }
  }

  @Test
  void whatIsNotServedIsRefusedByName() {
    assertThatThrownBy(() -> open(tiny("rwkv6")).close())
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContainingAll("m.gguf", "general.architecture", "rwkv6");
    assertThatThrownBy(() -> open(tiny("llama").with("llama.expert_count", 8)).close())
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("llama.expert_count");
    assertThatThrownBy(
            () -> open(tiny("llama").with("llama.attention.head_count_kv", 1, 2)).close())
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("llama.attention.head_count_kv");
  }

  /** llama.cpp's converter copies them from a folder's {@code generation_config.json}. */
  @Test
  void samplingIsThatOfTheMetadata() {
    try (GgufModel model =
        open(
            tiny("llama")
                .with("general.sampling.temp", 0.6f)
                .with("general.sampling.top_p", 0.95f)
                .with("general.sampling.penalty_repeat", 1.05f)
                .with("tokenizer.ggml.eos_token_id", 2)
                .with("tokenizer.ggml.eot_token_id", 3))) {
      GenerationSettings settings = GenerationSettings.read(model, 3);
      assertThat(settings.samples()).isTrue();
      assertThat(settings.temperature()).isEqualTo(0.6);
      assertThat(settings.topP()).isEqualTo(0.95);
      assertThat(settings.topK()).isZero();
      assertThat(settings.repetitionPenalty()).isEqualTo(1.05);
      assertThat(settings.endTokens()).containsExactly(2);
      assertThat(settings.ignored()).containsExactly("eot_token_id 3, which is none of its tokens");
    }
    try (GgufModel model = open(tiny("llama"));
        GgufModel wrong = open(tiny("llama").with("general.sampling.temp", -1f))) {
      assertThat(GenerationSettings.read(model, 3).samples()).isFalse();
      assertThatThrownBy(() -> GenerationSettings.read(wrong, 3).temperature())
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll("m.gguf", "general.sampling.temp");
    }
  }

  @Test
  void thePageNamesWhatIsServed() throws IOException {
    List<String> page = Files.readAllLines(Path.of("docs/models.md"));
    assertThat(named(page, "| `general.architecture`"))
        .containsExactlyInAnyOrderElementsOf(GgufArchitecture.known());
    assertThat(named(page, "| types of tensors"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(GgufType.values())
                .filter(type -> type.storage() != null)
                .map(Enum::name)
                .toList());
  }

  private static List<String> named(List<String> page, String row) {
    String line = page.stream().filter(text -> text.startsWith(row)).findFirst().orElseThrow();
    return Arrays.stream(line.substring(line.indexOf('|', 1)).split("`"))
        .filter(name -> name.matches("[A-Za-z0-9_]+"))
        .toList();
  }

  @Test
  void contradictionsAreRefusedByPlace() {
    assertThatThrownBy(() -> open(TinyGguf.file()).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("general.architecture");
    assertThatThrownBy(() -> open(TinyGguf.file().with("general.architecture", "llama")).close())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("llama.");
    try (GgufModel model =
        open(tiny("llama").floats("blk.0.attn_q.weight", new long[] {1, 7}, new float[7]))) {
      assertThatThrownBy(() -> model.tensors().tensor("model.layers.0.self_attn.q_proj.weight"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContainingAll("m.gguf", "attn_q", "[7, 1]");
      assertThatThrownBy(model::tokenizer)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("tokenizer.ggml");
    }
  }
}
