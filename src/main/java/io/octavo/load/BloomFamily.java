package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
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
 * BLOOM (arXiv:2211.05100): a norm behind the embeddings, ALiBi, queries, keys and values by head.
 */
final class BloomFamily implements DecoderFamily {
  private static final String WORD = "word_embeddings.weight";

  @Override
  public String marker() {
    return WORD;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int width = config.width(config.named("hidden_size", "n_embed"), 64);
    boolean normalized = config.flag("apply_residual_connection_post_layernorm", false);
    return new DecoderDescriptor(
        width,
        config.context("seq_length", 2048),
        EmbeddingShape.plain(config.size("vocab_size", 250880), width),
        BlockShape.of(normalized ? BlockPlacement.DEEP : BlockPlacement.SEQUENTIAL),
        DecoderShapes.even(config, config.named("n_head", "num_attention_heads"), 8, width)
            .withLinearBias(),
        new FeedForwardShape(4 * width, false, Activation.GELU_TANH),
        new NormShape(NormKind.LAYER, config.epsilon("layer_norm_epsilon", 1e-5)),
        0f,
        LayerShape.same(
            DecoderShapes.layers(config, config.named("n_layer", "num_hidden_layers"), 2), null));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    int heads = shape.attention().heads();
    int inner = shape.feedForward().width();
    int vocabulary = shape.embedding().vocabulary();
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      String name = "h." + i + ".";
      String self = name + "self_attention.";
      layers.add(
          new DecoderWeights.Layer(
              tensors.norm(name + "input_layernorm", width),
              List.of(
                  FusedProjection.byHead(
                      tensors.linear(self + "query_key_value", 3 * width, width),
                      heads,
                      width / heads)),
              null,
              null,
              tensors.linear(self + "dense", width, width),
              null,
              tensors.norm(name + "post_attention_layernorm", width),
              List.of(tensors.linear(name + "mlp.dense_h_to_4h", inner, width)),
              tensors.linear(name + "mlp.dense_4h_to_h", width, inner),
              null));
    }
    boolean tied = config.flag("tie_word_embeddings", true);
    return new DecoderWeights(
        tensors.matrix(WORD, vocabulary, width),
        null,
        null,
        tensors.norm("word_embeddings_layernorm", width),
        layers,
        tensors.norm("ln_f", width),
        null,
        LlamaTensors.head(tensors, vocabulary, width, tied));
  }
}
