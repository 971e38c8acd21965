package io.octavo.load;

import io.octavo.layer.Rotary;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderWeights;

/**
 * Qwen2 and 2.5 (arXiv:2407.10671): LLaMA with biases on queries, keys and values, and a window on
 * the last layers where the configuration turns it on.
 */
final class Qwen2Family implements DecoderFamily {
  private static final LlamaShapes.Defaults DEFAULTS =
      new LlamaShapes.Defaults(151936, 4096, 22016, 32768, 1e-6);

  @Override
  public String marker() {
    return LlamaTensors.MARKER;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int width = config.width("hidden_size", DEFAULTS.width());
    return descriptor(config, DecoderShapes.grouped(config, width, 32, 32, 0));
  }

  /** The shape, which Qwen3 has as well but for its attention. */
  static DecoderDescriptor descriptor(ModelConfig config, AttentionShape attention) {
    int positions = config.context("max_position_embeddings", DEFAULTS.positions());
    Rotary rotary = RotaryConfig.of(config).halves(attention.headWidth(), 1, 10_000, positions);
    boolean slides = config.flag("use_sliding_window", false);
    int firstSliding = config.number("max_window_layers", 28);
    return LlamaShapes.of(
        config,
        DEFAULTS,
        attention,
        DecoderShapes.windowed(
            config,
            DecoderShapes.layers(config, "num_hidden_layers", 32),
            slides ? config.window(4096) : Integer.MAX_VALUE,
            layer -> slides && layer >= firstSliding,
            rotary,
            rotary));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    return new LlamaTensors(true, false, false, LlamaTensors.Norms.LLAMA)
        .read(tensors, shape, config.flag("tie_word_embeddings", false));
  }
}
