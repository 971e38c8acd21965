package io.octavo.load;

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

/** Shapes of LLaMA and the families after it that are the same but for attention and positions. */
final class LlamaShapes {
  private LlamaShapes() {}

  /**
   * Sequential blocks with a gated feed-forward part and RMSNorm.
   *
   * @param defaults what fields that are absent are
   */
  static DecoderDescriptor of(
      ModelConfig config, Defaults defaults, AttentionShape attention, List<LayerShape> layers) {
    int width = config.width("hidden_size", defaults.width);
    return new DecoderDescriptor(
        width,
        config.context("max_position_embeddings", defaults.positions),
        EmbeddingShape.plain(config.size("vocab_size", defaults.vocabulary), width),
        BlockShape.of(BlockPlacement.SEQUENTIAL),
        attention,
        new FeedForwardShape(
            config.width("intermediate_size", defaults.feedForwardWidth),
            true,
            config.activation("hidden_act", Activation.SILU)),
        new NormShape(NormKind.RMS, config.epsilon("rms_norm_eps", defaults.epsilon)),
        0f,
        layers);
  }

  /**
   * What the library's configuration class has for fields that are absent.
   *
   * @param vocabulary of {@code vocab_size}
   * @param width of {@code hidden_size}
   * @param feedForwardWidth of {@code intermediate_size}
   * @param positions of {@code max_position_embeddings}
   * @param epsilon of {@code rms_norm_eps}
   */
  record Defaults(int vocabulary, int width, int feedForwardWidth, int positions, double epsilon) {}
}
