package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.PositionIds;

/**
 * DistilBERT (Sanh et al., arXiv:1910.01108): BERT without segments, with names of its own. Where
 * positions are sinusoids, the checkpoint holds them as a table.
 */
final class DistilBertFamily implements EncoderFamily {
  /** The library's code has it so. */
  private static final double EPSILON = 1e-12;

  /** The head is {@code W relu(D x + d) + b}. */
  private static final EncoderNames NAMES =
      new EncoderNames(
          "embeddings.word_embeddings.weight",
          "embeddings.position_embeddings.weight",
          null,
          null,
          "embeddings.LayerNorm",
          DistilBertFamily::layer,
          new EncoderNames.Classifier("pre_classifier", false, Activation.RELU, "classifier"));

  @Override
  public EncoderNames names() {
    return NAMES;
  }

  private static EncoderNames.Layer layer(int index) {
    String name = "transformer.layer." + index;
    return new EncoderNames.Layer(
        name + ".attention.q_lin",
        name + ".attention.k_lin",
        name + ".attention.v_lin",
        name + ".attention.out_lin",
        name + ".sa_layer_norm",
        name + ".ffn.lin1",
        name + ".ffn.lin2",
        name + ".output_layer_norm");
  }

  @Override
  public EncoderDescriptor descriptor(ModelConfig config) {
    int width = config.width("dim", 768);
    return new EncoderDescriptor(
        config.size("n_layers", 6),
        width,
        config.heads("n_heads", 12, width),
        config.width("hidden_dim", 3072),
        config.size("vocab_size", 30522),
        config.size("max_position_embeddings", 512),
        0,
        PositionIds.fromZero(),
        0,
        EPSILON,
        config.activation("activation"));
  }
}
