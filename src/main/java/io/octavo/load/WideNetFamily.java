package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.kernel.Activation;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderDescriptor.EmbeddingShape;
import io.octavo.model.DecoderDescriptor.FeedForwardShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderDescriptor.NormShape;
import io.octavo.model.DecoderWeights;
import io.octavo.model.FeedForwardWeights;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormKind;
import io.octavo.model.ProjectionWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * WideNet (Xue et al., "Go Wider Instead of Deeper", arXiv:2107.11817) as a decoder: attention and
 * a mixture of experts that all layers share, with norms of their own. Each token takes the most
 * probable expert, without a limit on how many may.
 */
final class WideNetFamily implements DecoderFamily {
  private static final String WORD = "embed_tokens.weight";
  private static final int MOST_EXPERTS = 1 << 12;

  @Override
  public String marker() {
    return WORD;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    config.expect("experts_per_token", 1);
    config.expect("expert_output_times_probability", true);
    config.expect("share_attention", true);
    config.expect("share_moe", true);
    config.expect("norm", "layernorm");
    config.expect("placement", "pre");
    if (config.json().find("expert_capacity") != null) {
      throw config.unsupported("expert_capacity");
    }
    int width = config.width("hidden_size", 768);
    return new DecoderDescriptor(
        width,
        config.context("max_position_embeddings", 1024),
        new EmbeddingShape(
            config.size("vocab_size", 50257), width, 1f, config.number("position_offset", 0)),
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        DecoderShapes.even(config, "num_attention_heads", 12, width),
        new FeedForwardShape(
            config.width("ffn_dim", 4 * width),
            false,
            config.activation("activation_function", Activation.GELU_ERF)),
        new NormShape(NormKind.LAYER, config.epsilon("layer_norm_eps", 1e-6)),
        0f,
        LayerShape.same(DecoderShapes.layers(config, "num_hidden_layers", 12), null));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    int vocabulary = shape.embedding().vocabulary();
    String self = "shared.attention.";
    List<ProjectionWeights> projection =
        List.of(
            tensors.linear(self + "q_proj", width, width),
            tensors.linear(self + "k_proj", width, width),
            tensors.linear(self + "v_proj", width, width));
    LinearWeights output = tensors.linear(self + "o_proj", width, width);
    FeedForwardWeights experts = experts(tensors, config, shape);
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      String name = "layers." + i + ".";
      layers.add(
          new DecoderWeights.Layer(
              tensors.norm(name + "ln_1", width),
              projection,
              null,
              null,
              output,
              null,
              tensors.norm(name + "ln_2", width),
              experts,
              null));
    }
    boolean tied = config.flag("tie_word_embeddings", true);
    return new DecoderWeights(
        tensors.matrix(WORD, vocabulary, width),
        tensors.matrix(
            "embed_positions.weight",
            shape.positions() + shape.embedding().positionOffset(),
            width),
        null,
        null,
        layers,
        tensors.norm("final_norm", width),
        null,
        LlamaTensors.head(tensors, vocabulary, width, tied));
  }

  private static FeedForwardWeights experts(
      TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    int inner = shape.feedForward().width();
    int count = config.size("num_experts", 4);
    if (count > MOST_EXPERTS) {
      throw new CheckpointException(
          config.json().file(), "num_experts", "is " + count + "; no model has so many");
    }
    LinearWeights router = tensors.linearWithoutBias("shared.moe.router", count, width);
    List<FeedForwardWeights.Dense> experts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "shared.moe.experts." + i + ".";
      experts.add(
          new FeedForwardWeights.Dense(
              List.of(tensors.linear(name + "fc1", inner, width)),
              tensors.linear(name + "fc2", width, inner)));
    }
    return new FeedForwardWeights.Experts(router, experts);
  }
}
