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
import io.octavo.model.DecoderWeights;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** GPT-J (Wang and Komatsuzaki, 2021): parallel blocks, interleaved partial rotary positions. */
final class GptJFamily implements DecoderFamily {
  static final String WORD = "wte.weight";

  @Override
  public String marker() {
    return WORD;
  }

  @Override
  public DecoderDescriptor descriptor(ModelConfig config) {
    return shape(config);
  }

  /** The shape, which CodeGen has as well. */
  static DecoderDescriptor shape(ModelConfig config) {
    int width = config.width("n_embd", 4096);
    int positions = config.context("n_positions", 2048);
    AttentionShape attention = DecoderShapes.even(config, "n_head", 16, width);
    int rotated = config.size("rotary_dim", 64);
    return new DecoderDescriptor(
        width,
        positions,
        EmbeddingShape.plain(config.size("vocab_size", 50400), width),
        BlockShape.of(BlockPlacement.PARALLEL),
        attention,
        new FeedForwardShape(
            config.width("n_inner", 4 * width),
            false,
            config.activation("activation_function", Activation.GELU_TANH)),
        new NormShape(NormKind.LAYER, config.epsilon("layer_norm_epsilon", 1e-5)),
        0f,
        LayerShape.same(
            DecoderShapes.layers(config, "n_layer", 28),
            RotaryConfig.of(config).neighbours(rotated, attention.headWidth(), positions)));
  }

  @Override
  public DecoderWeights weights(TensorRoles tensors, ModelConfig config, DecoderDescriptor shape) {
    int width = shape.width();
    return weights(
        tensors,
        config,
        shape,
        name ->
            List.of(
                tensors.linearWithoutBias(name + "q_proj", width, width),
                tensors.linearWithoutBias(name + "k_proj", width, width),
                tensors.linearWithoutBias(name + "v_proj", width, width)));
  }

  /**
   * The tensors, which CodeGen has as well but for one.
   *
   * @param projection queries, keys and values by the name of the attention
   */
  static DecoderWeights weights(
      TensorRoles tensors,
      ModelConfig config,
      DecoderDescriptor shape,
      Function<String, List<LinearWeights>> projection) {
    config.expect("tie_word_embeddings", false);
    int width = shape.width();
    int inner = shape.feedForward().width();
    int vocabulary = shape.embedding().vocabulary();
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      String name = "h." + i + ".";
      layers.add(
          new DecoderWeights.Layer(
              tensors.norm(name + "ln_1", width),
              projection.apply(name + "attn."),
              null,
              null,
              tensors.linearWithoutBias(name + "attn.out_proj", width, width),
              null,
              null,
              List.of(tensors.linear(name + "mlp.fc_in", inner, width)),
              tensors.linear(name + "mlp.fc_out", width, inner),
              null));
    }
    return new DecoderWeights(
        tensors.matrix(WORD, vocabulary, width),
        null,
        null,
        null,
        layers,
        tensors.norm("ln_f", width),
        null,
        tensors.beside().linear("lm_head", vocabulary, width));
  }
}
