package io.octavo.load;

import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderWeights;

/** Qwen3 (arXiv:2505.09388): Qwen2 without biases, with norms of each head's queries and keys. */
final class Qwen3Family implements DecoderFamily {
  private static final LlamaTensors.Norms NORMS =
      new LlamaTensors.Norms(
          "input_layernorm", null, "post_attention_layernorm", null, LlamaTensors.QueryKey.HEAD);

  @Override
  public String marker() {
    return LlamaTensors.MARKER;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int width = config.width("hidden_size", 4096);
    return Qwen2Family.descriptor(config, DecoderShapes.grouped(config, width, 32, 32, 128));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    boolean attentionBias = config.flag("attention_bias", false);
    return new LlamaTensors(attentionBias, attentionBias, false, NORMS)
        .read(tensors, shape, config.flag("tie_word_embeddings", false));
  }
}
