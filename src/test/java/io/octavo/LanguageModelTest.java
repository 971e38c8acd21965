package io.octavo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.LoadCancelledException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.generate.TokenModel;
import io.octavo.generate.TokenSequenceState;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelSource;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The front door of language models, on small random ones. */
class LanguageModelTest {
  private static final Path FOLDER = Path.of("src/test/resources/decoders");

  @Test
  void sequencesGoOnForkAndRunTogether() {
    try (LanguageModel model = LanguageModel.load(FOLDER.resolve("llama3"))) {
      TokenModel tokens = model.tokens();
      assertThat(tokens.vocabularySize()).isEqualTo(61);
      assertThat(tokens.contextLength()).isEqualTo(256);
      TokenSequenceState first = tokens.open();
      TokenSequenceState second = tokens.open();
      List<float[]> each = new ArrayList<>();
      first.append(
          new int[] {3, 4, 5},
          (position, logits, offset) -> {
            assertThat(position).isEqualTo(each.size());
            each.add(Arrays.copyOfRange(logits, offset, offset + 61));
          });
      assertThat(each.getLast()).isEqualTo(first.logits());
      second.append(new int[] {3});
      assertThat(second.logits()).isEqualTo(each.getFirst());
      TokenSequenceState fork = first.fork();
      tokens.appendAll(List.of(first, second), List.of(new int[] {6}, new int[] {4, 5, 6}));
      assertThat(second.logits()).isEqualTo(first.logits());
      fork.append(new int[] {6});
      assertThat(fork.logits()).isEqualTo(first.logits());
      fork.close();
      assertThatThrownBy(() -> fork.append(new int[] {1}))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> first.append(new int[] {61}))
          .isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(model::tokenizer)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("llama3");
      assertThatThrownBy(() -> model.tokens(DType.BF16))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(Octavo.diagnostics()).contains("llama3");
      ModelReport report = model.report();
      assertThat(report.descriptor().depth()).isEqualTo(2);
      assertThat(report.outliers()).hasSize(8);
      assertThat(report.floatBytes()).isGreaterThan(4 * 20_000L);
      assertThat(report.offHeapBytes()).isPositive();
      assertThat(report.origin().ignored()).isEmpty();
    }
  }

  @Test
  void aClosedModelRefusesItsSequences() {
    LanguageModel model = LanguageModel.load(FOLDER.resolve("gpt2"));
    TokenSequenceState sequence = model.tokens().open();
    sequence.append(new int[] {1});
    model.close();
    model.close();
    assertThatThrownBy(() -> sequence.append(new int[] {1}))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> model.tokens().open()).isInstanceOf(IllegalStateException.class);
    assertThat(Octavo.diagnostics()).doesNotContain("gpt2");
  }

  @Test
  void aLoadTellsHowFarItIsAndCanBeCancelled() {
    List<String> parts = new ArrayList<>();
    LoadOptions options =
        LoadOptions.defaults().withProgress((part, done, total) -> parts.add(done + "/" + total));
    LanguageModel.load(FOLDER.resolve("opt-350m"), options).close();
    assertThat(parts).hasSize(13).contains("0/12", "12/12");
    AtomicInteger asked = new AtomicInteger();
    assertThatThrownBy(
            () ->
                LanguageModel.load(
                    FOLDER.resolve("opt-350m"),
                    LoadOptions.defaults().withCancellation(() -> asked.incrementAndGet() > 3)))
        .isInstanceOf(LoadCancelledException.class);
  }

  @Test
  void whatIsNotServedIsRefusedByName() throws IOException {
    refused("llama", "\"model_type\": \"llama\"", "\"model_type\": \"mamba\"", "mamba");
    refused("llama", "\"hidden_act\": \"silu\"", "\"hidden_act\": \"mish\"", "mish");
    refused("llama", "\"rope_type\": \"default\"", "\"rope_type\": \"spiral\"", "spiral");
    refused("llama", "{\n", "{\n  \"auto_map\": {\"AutoConfig\": \"x\"},\n", "auto_map");
    refused("codegen", "{\n", "{\n  \"auto_map\": {\"AutoConfig\": \"x\"},\n", "mp_num");
    refused(
        "gpt2",
        "\"scale_attn_by_inverse_layer_idx\": false",
        "\"scale_attn_by_inverse_layer_idx\": true",
        "scale_attn_by_inverse_layer_idx");
    refused("qwen2", "\"sliding_attention\"", "\"chunked_attention\"", "chunked_attention");
    refused("llama", "\"hidden_size\": 32", "\"hidden_size\": 48", "asks for [48]");
    refused("llama", "\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3", "divide");
    refused("gemma2", "\"head_dim\": 16", "\"head_dim\": 4096", "512");
  }

  private static void refused(String model, String old, String changed, String named)
      throws IOException {
    Path folder = FOLDER.resolve(model);
    String config = Files.readString(folder.resolve("config.json"));
    assertThat(config).contains(old);
    String other = config.replace(old, changed);
    ModelSource source =
        ModelSource.ofBytes(
            model,
            Map.of(
                "config.json",
                other.getBytes(StandardCharsets.UTF_8),
                "model.safetensors",
                Files.readAllBytes(folder.resolve("model.safetensors"))));
    assertThatThrownBy(() -> LanguageModel.load(source, LoadOptions.defaults()))
        .isInstanceOfAny(UnsupportedModelException.class, CheckpointException.class)
        .hasMessageContaining(named);
  }
}
