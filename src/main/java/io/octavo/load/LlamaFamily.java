package io.octavo.load;

import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderWeights;

/**
 * LLaMA 1 to 3 (Touvron et al., arXiv:2302.13971) as the transformers library saves it, and the
 * placements of its norms that others trained under its name, see {@link LlamaBlocks}.
 */
final class LlamaFamily implements DecoderFamily {
  private static final LlamaShapes.Defaults DEFAULTS =
      new LlamaShapes.Defaults(32000, 4096, 11008, 2048, 1e-6);

  @Override
  public String marker() {
    return LlamaTensors.MARKER;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int width = config.width("hidden_size", DEFAULTS.width());
    AttentionShape attention = DecoderShapes.grouped(config, width, 32, 0, 0);
    int positions = config.context("max_position_embeddings", DEFAULTS.positions());
    config.expect("norm", "rmsnorm");
    return LlamaShapes.of(
        config,
        DEFAULTS,
        attention,
        LayerShape.same(
            DecoderShapes.layers(config, "num_hidden_layers", 32),
            RotaryConfig.of(config).halves(attention.headWidth(), 1, 10_000, positions)));
  }

  @Override
  public DecoderDescriptor completed(
      DecoderDescriptor shape, ModelConfig config, TensorRoles tensors) {
    return LlamaBlocks.of(config).applied(shape, tensors);
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    boolean attentionBias = config.flag("attention_bias", false);
    return new LlamaTensors(
            attentionBias,
            attentionBias,
            config.flag("mlp_bias", false),
            LlamaBlocks.isSandwich(tensors)
                ? LlamaTensors.Norms.sandwich(LlamaTensors.QueryKey.NONE)
                : LlamaTensors.Norms.LLAMA)
        .read(tensors, shape, config.flag("tie_word_embeddings", false));
  }
}
