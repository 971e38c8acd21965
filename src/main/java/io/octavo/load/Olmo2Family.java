package io.octavo.load;

import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderWeights;

/**
 * OLMo 2 (arXiv:2501.00656): norms of what a part adds instead of what it takes, and of all queries
 * and all keys together.
 */
final class Olmo2Family implements DecoderFamily {
  private static final LlamaShapes.Defaults DEFAULTS =
      new LlamaShapes.Defaults(50304, 4096, 11008, 2048, 1e-5);

  private static final LlamaTensors.Norms NORMS =
      new LlamaTensors.Norms(
          null,
          "post_attention_layernorm",
          null,
          "post_feedforward_layernorm",
          LlamaTensors.QueryKey.ALL);

  @Override
  public String marker() {
    return LlamaTensors.MARKER;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int width = config.width("hidden_size", DEFAULTS.width());
    AttentionShape attention = DecoderShapes.grouped(config, width, 32, 0, 0);
    int positions = config.context("max_position_embeddings", DEFAULTS.positions());
    return LlamaShapes.of(
        config,
        DEFAULTS,
        attention,
        LayerShape.same(
            DecoderShapes.layers(config, "num_hidden_layers", 32),
            RotaryConfig.of(config).halves(attention.headWidth(), 1, 10_000, positions)));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    boolean attentionBias = config.flag("attention_bias", false);
    return new LlamaTensors(attentionBias, attentionBias, false, NORMS)
        .read(tensors, shape, config.flag("tie_word_embeddings", false));
  }
}
