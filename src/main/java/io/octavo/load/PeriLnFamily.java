package io.octavo.load;

import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderWeights;

/**
 * Peri-LN (Kim et al., arXiv:2502.02732): a LLaMA with norms before and behind attention and
 * feed-forward part, under the names that Gemma 2 gives them, without Gemma's scales and caps.
 */
final class PeriLnFamily implements DecoderFamily {
  private static final LlamaShapes.Defaults DEFAULTS =
      new LlamaShapes.Defaults(32000, 4096, 11008, 2048, 1e-6);

  @Override
  public String marker() {
    return LlamaTensors.MARKER;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    config.expect("norm", "rmsnorm");
    config.expect("placement", "peri");
    config.expect("key_convention", "gemma2");
    config.expect("rms_norm_weight_offset", 0.0);
    config.expect("embedding_scale", 1.0);
    refuse(config, "attn_logit_softcapping");
    refuse(config, "final_logit_softcapping");
    refuse(config, "sliding_window");
    int width = config.width("hidden_size", DEFAULTS.width());
    AttentionShape heads = DecoderShapes.grouped(config, width, 32, 0, 0);
    AttentionShape attention =
        heads.withScale(1 / Math.sqrt(config.real("query_pre_attn_scalar", heads.headWidth())));
    int positions = config.context("max_position_embeddings", DEFAULTS.positions());
    return LlamaShapes.of(
        config,
        DEFAULTS,
        attention,
        LayerShape.same(
            DecoderShapes.layers(config, "num_hidden_layers", 32),
            RotaryConfig.of(config).halves(attention.headWidth(), 1, 10_000, positions)));
  }

  private static void refuse(ModelConfig config, String field) {
    if (config.json().find(field) != null) {
      throw config.unsupported(field);
    }
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    boolean attentionBias = config.flag("attention_bias", false);
    return new LlamaTensors(
            attentionBias,
            attentionBias,
            config.flag("mlp_bias", false),
            LlamaTensors.Norms.sandwich(LlamaTensors.QueryKey.NONE))
        .read(tensors, shape, config.flag("tie_word_embeddings", false));
  }
}
