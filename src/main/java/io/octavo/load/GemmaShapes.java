package io.octavo.load;

import io.octavo.json.JsonValue;
import io.octavo.kernel.Activation;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderDescriptor.EmbeddingShape;
import io.octavo.model.DecoderDescriptor.FeedForwardShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderDescriptor.NormShape;
import io.octavo.model.NormKind;
import java.util.List;

/** What Gemma 2 and Gemma 3 have in common: scaled embeddings, sandwich norms, caps. */
final class GemmaShapes {
  static final int WIDTH = 2304;
  static final int LAYERS = 26;

  private GemmaShapes() {}

  /**
   * The shape.
   *
   * @param vocabulary where none is stated
   * @param positions longest sequence
   * @param scoreCap where {@code attn_logit_softcapping} is absent
   * @param logitCap where {@code final_logit_softcapping} is absent
   */
  static DecoderDescriptor of(
      ModelConfig config,
      int vocabulary,
      int positions,
      double scoreCap,
      double logitCap,
      List<LayerShape> layers) {
    config.expect("use_bidirectional_attention", false);
    int width = config.width("hidden_size", WIDTH);
    AttentionShape heads = DecoderShapes.grouped(config, width, 8, 4, 256);
    double divisor = Math.sqrt(config.real("query_pre_attn_scalar", 256));
    AttentionShape attention =
        new AttentionShape(
            heads.heads(),
            heads.keyValueHeads(),
            heads.headWidth(),
            (float) (1 / divisor),
            cap(config, "attn_logit_softcapping", scoreCap),
            false);
    return new DecoderDescriptor(
        width,
        positions,
        new EmbeddingShape(
            config.size("vocab_size", vocabulary), width, (float) Math.sqrt(width), -1),
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        attention,
        new FeedForwardShape(
            config.width("intermediate_size", 9216),
            true,
            config.activation("hidden_activation", Activation.GELU_TANH)),
        new NormShape(NormKind.RMS_PLUS_ONE, config.epsilon("rms_norm_eps", 1e-6)),
        cap(config, "final_logit_softcapping", logitCap),
        layers);
  }

  /** A field that is null is none, one that is absent the default. */
  private static float cap(ModelConfig config, String name, double absent) {
    JsonValue field = config.json().fields().get(name);
    return field != null && field.isNull() ? 0f : (float) config.real(name, absent);
  }
}
