package io.octavo.load;

import io.octavo.layer.Rotary;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderWeights;
import java.util.ArrayList;
import java.util.List;

/**
 * Phi-3 (arXiv:2404.14219): LLaMA with queries, keys and values in one matrix and gate and up in
 * another, in this order.
 */
final class Phi3Family implements DecoderFamily {
  private static final LlamaShapes.Defaults DEFAULTS =
      new LlamaShapes.Defaults(32064, 3072, 8192, 4096, 1e-5);

  @Override
  public String marker() {
    return LlamaTensors.MARKER;
  }

  @Override
  public boolean needsNoCode() {
    return true;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    int width = config.width("hidden_size", DEFAULTS.width());
    AttentionShape attention = DecoderShapes.grouped(config, width, 32, 0, 0);
    int positions = config.context("max_position_embeddings", DEFAULTS.positions());
    Rotary rotary = RotaryConfig.of(config).halves(attention.headWidth(), 1, 10_000, positions);
    return LlamaShapes.of(
        config,
        DEFAULTS,
        attention,
        DecoderShapes.windowed(
            config,
            DecoderShapes.layers(config, "num_hidden_layers", 32),
            config.window(Integer.MAX_VALUE),
            layer -> true,
            rotary,
            rotary));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    int inner = shape.feedForward().width();
    AttentionShape attention = shape.attention();
    int projected = attention.queryWidth() + 2 * attention.keyValueWidth();
    int vocabulary = shape.embedding().vocabulary();
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      String name = "layers." + i + ".";
      layers.add(
          new DecoderWeights.Layer(
              tensors.scaleNorm(name + "input_layernorm", width),
              List.of(tensors.linearWithoutBias(name + "self_attn.qkv_proj", projected, width)),
              null,
              null,
              tensors.linearWithoutBias(name + "self_attn.o_proj", width, attention.queryWidth()),
              null,
              tensors.scaleNorm(name + "post_attention_layernorm", width),
              List.of(tensors.linearWithoutBias(name + "mlp.gate_up_proj", 2 * inner, width)),
              tensors.linearWithoutBias(name + "mlp.down_proj", width, inner),
              null));
    }
    boolean tied = config.flag("tie_word_embeddings", false);
    return new DecoderWeights(
        tensors.matrix(LlamaTensors.MARKER, vocabulary, width),
        null,
        null,
        null,
        layers,
        tensors.scaleNorm("norm", width),
        null,
        LlamaTensors.head(tensors, vocabulary, width, tied));
  }
}
