package io.octavo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.kernel.Activation;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.EncoderWeights;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormWeights;
import io.octavo.tensor.DType;
import io.octavo.tensor.WeightMatrix;
import io.octavo.testing.TinyOnnx;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("core")
class BertOnnxTest {
  private final Path folder;

  BertOnnxTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void everyTypeAndEncodingOfNumbersIsRead(DType type) {
    holds(TinyOnnx.bert().type(type), type);
    holds(TinyOnnx.bert().type(type).packed(), type);
    holds(TinyOnnx.bert().type(type).unpacked(), type);
    holds(TinyOnnx.bert().type(type).external("weights-" + type + ".bin"), type);
  }

  @ParameterizedTest
  @EnumSource
  void everyFormOfLinearLayerIsRead(TinyOnnx.Linears linears) {
    holds(TinyOnnx.bert().linears(linears), DType.F32);
    holds(TinyOnnx.bert().linears(linears).prefix("bert.").seed(2), DType.F32);
    holds(TinyOnnx.bert().linears(linears).prefix("0.auto_model.").seed(3), DType.F32);
  }

  @Test
  void otherSizesAreRead() {
    TinyOnnx tiny = TinyOnnx.bert().shape(3, 12, 3, 20).tables(33, 9, 1).fusedNorm();
    EncoderDescriptor descriptor = read(tiny).descriptor();
    assertThat(descriptor.layers()).isEqualTo(3);
    assertThat(descriptor.width()).isEqualTo(12);
    assertThat(descriptor.heads()).isEqualTo(3);
    assertThat(descriptor.feedForwardWidth()).isEqualTo(20);
    assertThat(descriptor.vocabulary()).isEqualTo(33);
    assertThat(descriptor.positions()).isEqualTo(9);
    assertThat(descriptor.tokenTypes()).isEqualTo(1);
    assertThat((float) descriptor.epsilon()).isEqualTo(1e-12f);
  }

  @ParameterizedTest
  @EnumSource(names = {"GELU_ERF", "GELU_TANH", "QUICK_GELU", "SILU", "RELU"})
  void activationsAreRecognized(Activation activation) {
    assertThat(read(TinyOnnx.bert().activation(activation)).descriptor().activation())
        .isEqualTo(activation);
  }

  @Test
  void scaleMayBeComputedFromShapes() {
    assertThat(read(TinyOnnx.bert().computedScale()).descriptor().heads()).isEqualTo(4);
  }

  @Test
  void whatIsLeftOutIsListed() {
    assertThat(read(TinyOnnx.bert()).ignored()).isEmpty();
    assertThat(read(TinyOnnx.bert().pooler()).ignored())
        .containsExactly("pooler.dense.bias", "output pooled");
  }

  @ParameterizedTest
  @EnumSource
  void everyMissingRoleIsListed(TinyOnnx.Linears linears) {
    TinyOnnx whole = TinyOnnx.bert().linears(linears);
    whole.write(folder.resolve("whole.onnx"));
    assertThat(whole.names()).hasSize(5 + 2 * 16);
    for (String name : whole.names()) {
      refused(TinyOnnx.bert().linears(linears).without(name), name);
    }
    assertThatThrownBy(
            () ->
                read(
                    TinyOnnx.bert()
                        .linears(linears)
                        .without("embeddings.word_embeddings.weight")
                        .without("encoder.layer.0.attention.self.key.bias")
                        .without("encoder.layer.1.output.LayerNorm.weight")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("embeddings.word_embeddings.weight")
        .hasMessageContaining("encoder.layer.0.attention.self.key.bias")
        .hasMessageContaining("encoder.layer.1.output.LayerNorm.weight");
  }

  @Test
  void otherComputationsAreRefused() {
    refused(TinyOnnx.bert().declaredHeads(8), "differ in heads");
    refused(TinyOnnx.bert().scale(1.9), "scale");
    refused(TinyOnnx.bert().epsilon("encoder.layer.1.output.LayerNorm", 1e-5f), "epsilon");
    refused(TinyOnnx.bert().activation(Activation.TANH), "intermediate_act_fn");
    refused(TinyOnnx.bert().countedPositions(), "padding");
    refused(TinyOnnx.bert().quantized(), "already quantized");
    refused(TinyOnnx.bert().quantized(), "float model");
    refused(TinyOnnx.bert().shape(0, 16, 4, 24), "encoder.layer.0");
    refused(TinyOnnx.bert().type(DType.I8), "int8");
  }

  @Test
  void headsThatDoNotMakeTheWidthAreAContradiction() {
    assertThatThrownBy(() -> read(TinyOnnx.bert().shape(1, 14, 4, 24)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("4 heads of 3");
  }

  private void refused(TinyOnnx tiny, String words) {
    assertThatThrownBy(() -> read(tiny))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("model.onnx")
        .hasMessageContaining(words);
  }

  /** The encoder, whose matrices must not be read any more. */
  private EncoderCheckpoint read(TinyOnnx tiny) {
    try (OnnxCheckpoint checkpoint =
        OnnxCheckpoint.open(tiny.write(folder.resolve("model.onnx")))) {
      return BertOnnx.read(checkpoint);
    }
  }

  private void holds(TinyOnnx tiny, DType type) {
    try (OnnxCheckpoint checkpoint =
        OnnxCheckpoint.open(tiny.write(folder.resolve("model.onnx")))) {
      EncoderWeights weights = BertOnnx.read(checkpoint).weights();
      assertThat(weights.word().type()).isEqualTo(type);
      matrix(weights.word(), tiny.values("embeddings.word_embeddings.weight"));
      matrix(weights.position(), tiny.values("embeddings.position_embeddings.weight"));
      matrix(
          Objects.requireNonNull(weights.tokenType()),
          tiny.values("embeddings.token_type_embeddings.weight"));
      norm(weights.norm(), tiny, "embeddings.LayerNorm");
      assertThat(weights.layers()).hasSize(2);
      for (int i = 0; i < 2; i++) {
        EncoderWeights.Layer layer = weights.layers().get(i);
        String name = "encoder.layer." + i;
        linear(layer.query(), tiny, name + ".attention.self.query");
        linear(layer.key(), tiny, name + ".attention.self.key");
        linear(layer.value(), tiny, name + ".attention.self.value");
        linear(layer.attentionOutput(), tiny, name + ".attention.output.dense");
        norm(layer.attentionNorm(), tiny, name + ".attention.output.LayerNorm");
        linear(layer.expand(), tiny, name + ".intermediate.dense");
        linear(layer.contract(), tiny, name + ".output.dense");
        norm(layer.outputNorm(), tiny, name + ".output.LayerNorm");
      }
    }
  }

  private static void linear(LinearWeights linear, TinyOnnx tiny, String name) {
    matrix(linear.weight(), tiny.values(name + ".weight"));
    assertThat(linear.bias()).containsExactly(tiny.values(name + ".bias"));
  }

  private static void norm(NormWeights norm, TinyOnnx tiny, String name) {
    assertThat(norm.gamma()).containsExactly(tiny.values(name + ".weight"));
    assertThat(norm.beta()).containsExactly(tiny.values(name + ".bias"));
  }

  private static void matrix(WeightMatrix matrix, float[] expected) {
    float[] rows = new float[expected.length];
    for (int row = 0; row < matrix.rows(); row++) {
      matrix.readRow(row, rows, row * matrix.columns());
    }
    assertThat(rows).containsExactly(expected);
    float[] column = new float[matrix.rows()];
    for (int c = 0; c < matrix.columns(); c++) {
      matrix.readColumn(c, column, 0);
      for (int row = 0; row < matrix.rows(); row++) {
        assertThat(column[row]).isEqualTo(expected[row * matrix.columns() + c]);
      }
    }
  }
}
