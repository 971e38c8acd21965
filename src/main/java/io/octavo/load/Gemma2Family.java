package io.octavo.load;

import io.octavo.layer.Rotary;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderWeights;

/**
 * Gemma 2 (arXiv:2408.00118): four norms in a block, caps, a window in every other layer, scaled
 * embeddings.
 */
final class Gemma2Family implements DecoderFamily {
  private static final int POSITIONS = 8192;

  @Override
  public String marker() {
    return LlamaTensors.MARKER;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int positions = config.context("max_position_embeddings", POSITIONS);
    int headWidth = config.size("head_dim", 256);
    Rotary rotary = RotaryConfig.of(config).halves(headWidth, 1, 10_000, positions);
    return GemmaShapes.of(
        config,
        256_000,
        positions,
        50,
        30,
        DecoderShapes.windowed(
            config,
            DecoderShapes.layers(config, "num_hidden_layers", GemmaShapes.LAYERS),
            config.window(4096),
            layer -> layer % 2 == 0,
            rotary,
            rotary));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    boolean bias = config.flag("attention_bias", false);
    return new LlamaTensors(
            bias, bias, false, LlamaTensors.Norms.sandwich(LlamaTensors.QueryKey.NONE))
        .read(tensors, shape, config.flag("tie_word_embeddings", true));
  }
}
