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
import io.octavo.model.NormWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2 (Radford et al., 2019): learned positions, pre-norm, weights stored by columns. Also what
 * exact conversions make of it (arXiv:2305.14858): RMSNorm, or CRMSNorm on a stream without its
 * last feature, with the head of its own that both need.
 */
final class Gpt2Family implements DecoderFamily {
  private static final String WORD = "wte.weight";
  private static final String NORM = "norm";
  private static final String COMPRESSED = "crmsnorm";

  @Override
  public String marker() {
    return WORD;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    config.expect("scale_attn_weights", true);
    config.expect("scale_attn_by_inverse_layer_idx", false);
    NormKind norm =
        switch (config.choice(NORM, "layernorm", "layernorm", "rmsnorm", COMPRESSED)) {
          case "layernorm" -> NormKind.LAYER;
          case COMPRESSED -> NormKind.COMPRESSED_RMS;
          default -> NormKind.RMS;
        };
    config.expect("norm_bias", true);
    config.expect("norm_affine_folded", norm == NormKind.COMPRESSED_RMS);
    int width = config.width("n_embd", 768);
    int stream = width;
    if (norm == NormKind.COMPRESSED_RMS) {
      stream = config.width("residual_width", Math.max(1, width - 1));
    } else {
      config.expect("residual_width", width);
    }
    return new DecoderDescriptor(
        stream,
        config.context("n_positions", 1024),
        new EmbeddingShape(config.size("vocab_size", 50257), stream, 1f, 0),
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        DecoderShapes.even(config, "n_head", 12, width),
        new FeedForwardShape(
            config.width("n_inner", 4 * width),
            false,
            config.activation("activation_function", Activation.GELU_TANH)),
        new NormShape(norm, config.epsilon("layer_norm_epsilon", 1e-5)),
        0f,
        LayerShape.same(DecoderShapes.layers(config, "n_layer", 12), null));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    int heads = shape.attention().queryWidth();
    boolean plain = shape.norm().kind() == NormKind.COMPRESSED_RMS;
    int inner = shape.feedForward().width();
    int vocabulary = shape.embedding().vocabulary();
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      String name = "h." + i + ".";
      layers.add(
          new DecoderWeights.Layer(
              plain ? NormWeights.none() : tensors.norm(name + "ln_1", width),
              List.of(tensors.linearByColumns(name + "attn.c_attn", 3 * heads, width)),
              null,
              null,
              tensors.linearByColumns(name + "attn.c_proj", width, heads),
              null,
              plain ? NormWeights.none() : tensors.norm(name + "ln_2", width),
              List.of(tensors.linearByColumns(name + "mlp.c_fc", inner, width)),
              tensors.linearByColumns(name + "mlp.c_proj", width, inner),
              null));
    }
    boolean tied = config.flag("tie_word_embeddings", true);
    return new DecoderWeights(
        tensors.matrix(WORD, vocabulary, width),
        tensors.matrix("wpe.weight", shape.positions(), width),
        null,
        null,
        layers,
        plain ? NormWeights.none() : tensors.norm("ln_f", width),
        null,
        !tied && config.flag("lm_head_bias", false)
            ? tensors.beside().linear("lm_head", vocabulary, width)
            : LlamaTensors.head(tensors, vocabulary, width, tied));
  }
}
