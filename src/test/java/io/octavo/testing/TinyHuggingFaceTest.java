package io.octavo.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The small models are sound: two implementations agree on them, and their files hold them. */
class TinyHuggingFaceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Random random = new Random(5);

  @ParameterizedTest
  @EnumSource
  void theReferenceAgreesWithDouble(HuggingFaceFamily family) {
    for (String activation : List.of("gelu", "gelu_new", "relu")) {
      agrees(TinyHuggingFace.of(family, 1).activation(activation).labels(3), 23);
    }
    agrees(TinyHuggingFace.of(family, 2).shape(1, 12, 3, 20).tables(30, 40, 2).labels(1), 9);
    agrees(TinyHuggingFace.of(family, 3).epsilon(1e-3).padding(4).labels(2), 40);
    agrees(TinyHuggingFace.of(family, 4).labels(2), 1);
    // Long enough for all of MPNet's buckets.
    agrees(TinyHuggingFace.of(family, 5).labels(2), 165);
  }

  private void agrees(TinyHuggingFace tiny, int tokens) {
    int[] ids = random.ints(tokens, 0, tiny.vocabulary).toArray();
    int[] types = random.ints(tokens, 0, Math.max(1, tiny.tokenTypes)).toArray();
    // A token that counts as padding has a position of its own, and is seen like all others.
    ids[tokens / 2] = tiny.paddingIndex();
    DoubleEncoder encoder = new DoubleEncoder(tiny);
    double[][] expected = encoder.hidden(ids, types);
    float[][] hidden = tiny.reference(ids, types);
    assertThat(hidden).hasNumberOfRows(tokens);
    for (int t = 0; t < tokens; t++) {
      close(hidden[t], expected[t]);
    }
    close(tiny.logits(ids, types), encoder.logits(expected));
  }

  private static void close(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i])).as("[%d]", i).isLessThan(2e-5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyNumberIsInTheFileOfEveryType(HuggingFaceFamily family) throws IOException {
    for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      for (int labels : new int[] {0, 3}) {
        TinyHuggingFace tiny = TinyHuggingFace.of(family, 7).type(type).labels(labels);
        Map<String, byte[]> files = tiny.files();
        assertThat(files.keySet())
            .containsExactly("config.json", "model.safetensors", "tokenizer.json");
        List<String> found = holds(tiny, files.getOrDefault("model.safetensors", new byte[0]));
        assertThat(found).containsExactlyInAnyOrderElementsOf(tiny.names());
      }
    }
  }

  @Test
  void shardsHoldAllTensorsOnce() throws IOException {
    TinyHuggingFace tiny = TinyHuggingFace.of(HuggingFaceFamily.BERT, 8).shards(3).positionBuffer();
    Map<String, byte[]> files = tiny.files();
    JsonNode index = JSON.readTree(files.get("model.safetensors.index.json"));
    List<String> found = new ArrayList<>();
    for (int shard = 1; shard <= 3; shard++) {
      String file = "model-0000" + shard + "-of-00003.safetensors";
      for (String name : holds(tiny, files.getOrDefault(file, new byte[0]))) {
        assertThat(index.path("weight_map").path(name).textValue()).isEqualTo(file);
        found.add(name);
      }
    }
    List<String> all = new ArrayList<>(tiny.names());
    all.add("embeddings.position_ids");
    assertThat(found).containsExactlyInAnyOrderElementsOf(all);
  }

  /** Checks the header against the format's description, and the numbers; returns the names. */
  private static List<String> holds(TinyHuggingFace tiny, byte[] bytes) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(file.getLong());
    assertThat(length % 8).isZero();
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    assertThat(header).startsWith("{");
    List<String> names = new ArrayList<>();
    int end = 0;
    for (Map.Entry<String, JsonNode> entry : JSON.readTree(header).properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        names.add(entry.getKey());
        JsonNode tensor = entry.getValue();
        int begin = tensor.path("data_offsets").path(0).intValue();
        assertThat(begin).isEqualTo(end);
        end = tensor.path("data_offsets").path(1).intValue();
        if (!tensor.path("dtype").textValue().equals("I64")) {
          assertThat(tensor.path("dtype").textValue()).isEqualTo(tiny.type.name());
          int count = 1;
          for (JsonNode size : tensor.path("shape")) {
            count *= size.intValue();
          }
          float[] values = tiny.values(entry.getKey());
          assertThat(values).hasSize(count);
          assertThat(end - begin).isEqualTo(count * tiny.type.bytes());
          for (int i = 0; i < count; i++) {
            int at = 8 + length + begin + i * tiny.type.bytes();
            float value =
                switch (tiny.type) {
                  case F32 -> file.getFloat(at);
                  case F16 -> Float.float16ToFloat(file.getShort(at));
                  case BF16 -> Float.intBitsToFloat(file.getShort(at) << 16);
                  case I8 -> throw new AssertionError();
                };
            assertThat(value).isEqualTo(values[i]);
          }
        }
      }
    }
    assertThat(8 + length + end).isEqualTo(bytes.length);
    return names;
  }

  @Test
  void namesAreThoseOfTheCheckpoints() {
    assertThat(TinyHuggingFace.of(HuggingFaceFamily.BERT, 1).shape(1, 8, 2, 8).names())
        .containsExactly(
            "embeddings.word_embeddings.weight",
            "embeddings.position_embeddings.weight",
            "embeddings.token_type_embeddings.weight",
            "embeddings.LayerNorm.weight",
            "embeddings.LayerNorm.bias",
            "encoder.layer.0.attention.self.query.weight",
            "encoder.layer.0.attention.self.query.bias",
            "encoder.layer.0.attention.self.key.weight",
            "encoder.layer.0.attention.self.key.bias",
            "encoder.layer.0.attention.self.value.weight",
            "encoder.layer.0.attention.self.value.bias",
            "encoder.layer.0.attention.output.dense.weight",
            "encoder.layer.0.attention.output.dense.bias",
            "encoder.layer.0.attention.output.LayerNorm.weight",
            "encoder.layer.0.attention.output.LayerNorm.bias",
            "encoder.layer.0.intermediate.dense.weight",
            "encoder.layer.0.intermediate.dense.bias",
            "encoder.layer.0.output.dense.weight",
            "encoder.layer.0.output.dense.bias",
            "encoder.layer.0.output.LayerNorm.weight",
            "encoder.layer.0.output.LayerNorm.bias",
            "pooler.dense.weight",
            "pooler.dense.bias");
    assertThat(TinyHuggingFace.of(HuggingFaceFamily.MPNET, 1).labels(2).names())
        .contains(
            "mpnet.encoder.layer.1.attention.attn.q.weight",
            "mpnet.encoder.layer.1.attention.LayerNorm.bias",
            "mpnet.encoder.relative_attention_bias.weight",
            "classifier.out_proj.bias")
        .noneMatch(name -> name.contains("token_type") || name.contains("pooler"));
    assertThat(TinyHuggingFace.of(HuggingFaceFamily.DISTILBERT, 1).labels(2).names())
        .contains(
            "distilbert.embeddings.LayerNorm.weight",
            "distilbert.transformer.layer.1.attention.out_lin.weight",
            "distilbert.transformer.layer.1.sa_layer_norm.weight",
            "distilbert.transformer.layer.1.ffn.lin2.bias",
            "distilbert.transformer.layer.1.output_layer_norm.bias",
            "pre_classifier.weight",
            "classifier.bias");
    assertThat(TinyHuggingFace.of(HuggingFaceFamily.XLM_ROBERTA, 1).labels(2).names())
        .contains("roberta.embeddings.token_type_embeddings.weight", "classifier.dense.weight");
  }

  @Test
  void theConfigurationSaysWhatTheModelIs() throws IOException {
    TinyHuggingFace tiny =
        TinyHuggingFace.of(HuggingFaceFamily.MPNET, 1)
            .labels(3)
            .type(DType.BF16)
            .field("hidden_dropout_prob", "0");
    JsonNode config = JSON.readTree(tiny.files().get("config.json"));
    assertThat(config.path("architectures").path(0).textValue())
        .isEqualTo("MPNetForSequenceClassification");
    assertThat(config.path("model_type").textValue()).isEqualTo("mpnet");
    assertThat(config.path("torch_dtype").textValue()).isEqualTo("bfloat16");
    assertThat(config.path("layer_norm_eps").doubleValue()).isEqualTo(1e-5);
    assertThat(config.path("id2label").size()).isEqualTo(3);
    assertThat(config.path("hidden_dropout_prob").intValue()).isZero();
    assertThat(tiny.maxTokens()).isEqualTo(168);
  }

  @Test
  void tensorsCanBeLeftOut() throws IOException {
    TinyHuggingFace tiny =
        TinyHuggingFace.of(HuggingFaceFamily.ROBERTA, 1).without("pooler.dense.bias");
    byte[] file = tiny.files().getOrDefault("model.safetensors", new byte[0]);
    assertThat(new TreeSet<>(holds(tiny, file)))
        .doesNotContain("pooler.dense.bias")
        .hasSize(tiny.names().size() - 1);
    assertThatThrownBy(() -> tiny.logits(new int[] {0}, new int[] {0}))
        .isInstanceOf(IllegalStateException.class);
  }
}
