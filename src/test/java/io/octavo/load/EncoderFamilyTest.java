package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octavo.TextEmbedder;
import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.DType;
import io.octavo.testing.HuggingFaceFamily;
import io.octavo.testing.TinyHuggingFace;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each family's files against an independent implementation of its model, run by ONNX Runtime in
 * float32.
 */
@Tag("core")
class EncoderFamilyTest {
  private static final LoadOptions FLOAT = LoadOptions.defaults().withFloatingPoint(DType.F32);

  private Path folder;

  @BeforeEach
  void take(@TempDir Path empty) {
    folder = empty;
  }

  @ParameterizedTest
  @EnumSource
  void tokenOutputsAgree(HuggingFaceFamily family) {
    TinyHuggingFace tiny = TinyHuggingFace.of(family, 7);
    assertAgrees(tiny);
  }

  @ParameterizedTest
  @EnumSource
  void shardsAndTypesOfWeightsMakeNoDifference(HuggingFaceFamily family) {
    for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      assertAgrees(TinyHuggingFace.of(family, 8).type(type).shards(3).positionBuffer());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shapesActivationsAndEpsilonsAreObeyed(HuggingFaceFamily family) {
    assertAgrees(
        TinyHuggingFace.of(family, 9)
            .shape(3, 24, 3, 50)
            .tables(90, 150, 1)
            .activation("gelu_new")
            .epsilon(1e-3));
    assertAgrees(TinyHuggingFace.of(family, 10).activation("relu").padding(4).labels(2));
  }

  private void assertAgrees(TinyHuggingFace tiny) {
    tiny.write(folder);
    Random random = new Random(3);
    try (TextEmbedder embedder = TextEmbedder.load(folder, FLOAT)) {
      for (int length : new int[] {1, 2, 17, 64, 65, tiny.maxTokens()}) {
        // Padding tokens among them: some families count positions without them.
        int[] ids = random.ints(length, 0, 80).toArray();
        float[][] expected = tiny.reference(ids);
        float[][] actual = embedder.tokenOutputs(ids);
        for (int t = 0; t < length; t++) {
          for (int d = 0; d < expected[t].length; d++) {
            assertThat(actual[t][d])
                .as("token %d of %d, feature %d", t, length, d)
                .isCloseTo(expected[t][d], within(2e-5f));
          }
        }
      }
    }
  }

  @Test
  void unknownTypesAndValuesAreRefusedByName() {
    refused(bert().field("model_type", "\"nomic_bert\""), "model_type", "nomic_bert", "distilbert");
    refused(bert().field("hidden_act", "\"mish\""), "hidden_act", "mish");
    refused(
        bert().field("position_embedding_type", "\"relative_key\""),
        "position_embedding_type",
        "relative_key");
    refused(bert().field("is_decoder", "true"), "is_decoder", "true");
    refused(bert().field("add_cross_attention", "true"), "add_cross_attention");
    refused(bert().field("pruned_heads", "{\"1\": [0, 2]}"), "pruned_heads");
    refused(
        bert().field("quantization_config", "{\"quant_method\": \"gptq\", \"bits\": 4}"),
        "quantization_config.quant_method",
        "gptq");
    refused(bert().field("auto_map", "{\"AutoModel\": \"a--b.C\"}"), "auto_map", "Python");
    refused(
        TinyHuggingFace.of(HuggingFaceFamily.MPNET, 1)
            .field("relative_attention_num_buckets", "64"),
        "relative_attention_num_buckets",
        "64");
  }

  @Test
  void typesAreFoundByTheClassWhereOldFilesNameNoOther() {
    assertAgrees(bert().field("model_type", "null"));
    refused(
        bert().field("model_type", "null").field("architectures", "null"),
        "model_type",
        "architectures");
  }

  @Test
  void contradictionsAreReported() {
    damaged(bert().field("num_attention_heads", "7"), "num_attention_heads", "7");
    damaged(bert().field("num_hidden_layers", "0"), "num_hidden_layers");
    damaged(bert().field("num_hidden_layers", "3"), "encoder.layer.2");
    damaged(bert().field("hidden_size", "80"), "attention.self.query", "[40, 40]", "[80, 80]");
    damaged(bert().field("vocab_size", "81"), "word_embeddings");
    damaged(bert().field("layer_norm_eps", "-1"), "layer_norm_eps");
    damaged(bert().field("layer_norm_eps", "\"small\""), "layer_norm_eps");
    damaged(
        bert().without("encoder.layer.1.output.dense.bias"), "encoder.layer.1.output.dense.bias");
    damaged(
        TinyHuggingFace.of(HuggingFaceFamily.ROBERTA, 1).field("pad_token_id", "170"),
        "max_position_embeddings");
  }

  @Test
  void whatIsLeftOutIsReported() {
    bert().positionBuffer().write(folder);
    try (TextEmbedder embedder = TextEmbedder.load(folder)) {
      assertThat(embedder.report().origin().ignored())
          .contains("embeddings.position_ids")
          .allMatch(name -> name.startsWith("pooler.") || name.equals("embeddings.position_ids"));
    }
  }

  private static TinyHuggingFace bert() {
    return TinyHuggingFace.of(HuggingFaceFamily.BERT, 1);
  }

  private void refused(TinyHuggingFace tiny, String... words) {
    tiny.write(folder);
    assertThatThrownBy(() -> TextEmbedder.load(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining(folder.toString());
  }

  private void damaged(TinyHuggingFace tiny, String... words) {
    tiny.write(folder);
    assertThatThrownBy(() -> TextEmbedder.load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining(folder.toString());
  }
}
