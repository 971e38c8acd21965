package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderDescriptor.EmbeddingShape;
import io.octavo.model.DecoderDescriptor.FeedForwardShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderDescriptor.NormShape;
import io.octavo.model.DecoderWeights;
import io.octavo.model.NormKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The block of GLM-130B (arXiv:2210.02414) with causal attention: DeepNorm's gain in GLM's order,
 * GEGLU whose gate is the second half, rotary positions of halves, queries, keys and values by
 * head. The fields of {@code config.json} are those of the original code where it has them.
 */
final class Glm130bFamily implements DecoderFamily {
  private static final String WORD = "word_embeddings.weight";

  @Override
  public String marker() {
    return WORD;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    config.expect("attention_mask", "causal");
    config.expect("activation", "geglu");
    config.expect("gelu", "erf");
    config.expect("rope_style", "half");
    config.expect("tie_word_embeddings", true);
    config.expect("placement", "deepnorm-glm");
    int width = config.width("hidden_size", 12288);
    int layers = DecoderShapes.layers(config, "num_layers", 70);
    int positions = config.context("max_sequence_length", 2048);
    AttentionShape attention = DecoderShapes.even(config, "num_attention_heads", 96, width);
    double gain = config.real("deepnorm_alpha", Math.sqrt(2.0 * layers));
    return new DecoderDescriptor(
        width,
        positions,
        EmbeddingShape.plain(config.size("vocab_size", 150528), width),
        new BlockShape(BlockPlacement.DEEP, (float) gain),
        attention,
        new FeedForwardShape(config.width("inner_hidden_size", 32768), true, Activation.GELU_ERF),
        new NormShape(NormKind.LAYER, config.epsilon("layernorm_epsilon", 1e-5)),
        0f,
        LayerShape.same(
            layers, RotaryConfig.of(config).halves(attention.headWidth(), 1, 10_000, positions)));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    int heads = shape.attention().heads();
    int inner = shape.feedForward().width();
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      String name = "layers." + i + ".";
      layers.add(
          new DecoderWeights.Layer(
              tensors.norm(name + "input_layernorm", width),
              List.of(
                  FusedProjection.byHead(
                      tensors.linear(name + "attention.query_key_value", 3 * width, width),
                      heads,
                      width / heads)),
              null,
              null,
              tensors.linear(name + "attention.dense", width, width),
              null,
              tensors.norm(name + "post_attention_layernorm", width),
              List.of(
                  FusedProjection.swapped(
                      tensors.linear(name + "mlp.dense_h_to_4h", 2 * inner, width))),
              tensors.linear(name + "mlp.dense_4h_to_h", width, inner),
              null));
    }
    return new DecoderWeights(
        tensors.matrix(WORD, shape.embedding().vocabulary(), width),
        null,
        null,
        null,
        layers,
        tensors.norm("final_layernorm", width),
        null,
        null);
  }
}
