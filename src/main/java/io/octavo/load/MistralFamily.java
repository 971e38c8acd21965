package io.octavo.load;

import io.octavo.layer.Rotary;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderWeights;

/** Mistral (Jiang et al., arXiv:2310.06825): LLaMA with a sliding window. */
final class MistralFamily implements DecoderFamily {
  private static final LlamaShapes.Defaults DEFAULTS =
      new LlamaShapes.Defaults(32000, 4096, 14336, 4096 * 32, 1e-6);

  @Override
  public String marker() {
    return LlamaTensors.MARKER;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int width = config.width("hidden_size", DEFAULTS.width());
    AttentionShape attention = DecoderShapes.grouped(config, width, 32, 8, 0);
    int positions = config.context("max_position_embeddings", DEFAULTS.positions());
    Rotary rotary = RotaryConfig.of(config).halves(attention.headWidth(), 1, 10_000, positions);
    return LlamaShapes.of(
        config,
        DEFAULTS,
        attention,
        DecoderShapes.windowed(
            config,
            DecoderShapes.layers(config, "num_hidden_layers", 32),
            config.window(4096),
            layer -> true,
            rotary,
            rotary));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    return new LlamaTensors(false, false, false, LlamaTensors.Norms.LLAMA)
        .read(tensors, shape, config.flag("tie_word_embeddings", false));
  }
}
