package io.octavo.load;

import io.octavo.layer.Rotary;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderWeights;

/**
 * Gemma 3 of text (arXiv:2503.19786): Gemma 2 with norms of queries and keys instead of caps, five
 * layers with a window to one without, and other positions in these.
 */
final class Gemma3Family implements DecoderFamily {
  private static final int POSITIONS = 131_072;
  private static final double GLOBAL_BASE = 1_000_000;
  private static final double LOCAL_BASE = 10_000;

  @Override
  public String marker() {
    return LlamaTensors.MARKER;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int positions = config.context("max_position_embeddings", POSITIONS);
    int headWidth = config.size("head_dim", 256);
    int pattern = config.size(config.named("sliding_window_pattern", "_sliding_window_pattern"), 6);
    Rotary all =
        RotaryConfig.of(config, "full_attention", true)
            .halves(headWidth, 1, GLOBAL_BASE, positions);
    Rotary sliding =
        RotaryConfig.of(config, "sliding_attention", false)
            .local(headWidth, config.real("rope_local_base_freq", LOCAL_BASE), positions);
    return GemmaShapes.of(
        config,
        262_208,
        positions,
        0,
        0,
        DecoderShapes.windowed(
            config,
            DecoderShapes.layers(config, "num_hidden_layers", GemmaShapes.LAYERS),
            config.window(4096),
            layer -> (layer + 1) % pattern != 0,
            all,
            sliding));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    boolean bias = config.flag("attention_bias", false);
    return new LlamaTensors(
            bias, bias, false, LlamaTensors.Norms.sandwich(LlamaTensors.QueryKey.HEAD))
        .read(tensors, shape, config.flag("tie_word_embeddings", true));
  }
}
