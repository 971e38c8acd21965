package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.ClassifierWeights;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.EncoderWeights;
import io.octavo.model.PositionIds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * DistilBERT (Sanh et al., arXiv:1910.01108): BERT without segments, with names of its own. Where
 * positions are sinusoids, the checkpoint holds them as a table.
 */
final class DistilBertFamily implements EncoderFamily {
  /** The library's code has it so. */
  private static final double EPSILON = 1e-12;

  @Override
  public EncoderCheckpoint read(ModelConfig config, Checkpoint checkpoint) {
    TensorRoles tensors = TensorRoles.of(checkpoint, BertFamily.MARKER);
    int width = config.width("dim", 768);
    EncoderDescriptor descriptor =
        new EncoderDescriptor(
            config.size("n_layers", 6),
            width,
            config.heads("n_heads", 12, width),
            config.width("hidden_dim", 3072),
            config.size("vocab_size", 30522),
            config.positions("max_position_embeddings", 512, PositionIds.fromZero()),
            0,
            PositionIds.fromZero(),
            0,
            EPSILON,
            config.activation("activation"));
    return new EncoderCheckpoint(
        descriptor,
        weights(tensors, descriptor),
        config.classifies() ? classifier(tensors, width) : null,
        tensors.ignored());
  }

  private static EncoderWeights weights(TensorRoles tensors, EncoderDescriptor shape) {
    int width = shape.width();
    List<EncoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      String name = "transformer.layer." + i;
      layers.add(
          new EncoderWeights.Layer(
              tensors.linear(name + ".attention.q_lin", width, width),
              tensors.linear(name + ".attention.k_lin", width, width),
              tensors.linear(name + ".attention.v_lin", width, width),
              tensors.linear(name + ".attention.out_lin", width, width),
              tensors.norm(name + ".sa_layer_norm", width),
              tensors.linear(name + ".ffn.lin1", shape.feedForwardWidth(), width),
              tensors.linear(name + ".ffn.lin2", width, shape.feedForwardWidth()),
              tensors.norm(name + ".output_layer_norm", width)));
    }
    return new EncoderWeights(
        tensors.matrix(BertFamily.MARKER, shape.vocabulary(), width),
        tensors.matrix("embeddings.position_embeddings.weight", shape.positionRows(), width),
        null,
        null,
        tensors.norm("embeddings.LayerNorm", width),
        List.copyOf(layers));
  }

  /** {@code W relu(D x + d) + b}. */
  private static @Nullable ClassifierWeights classifier(TensorRoles tensors, int width) {
    TensorRoles head = tensors.beside();
    if (!head.has("classifier.weight") || !head.has("pre_classifier.weight")) {
      return null;
    }
    return new ClassifierWeights(
        head.linear("pre_classifier", width, width),
        Activation.RELU,
        head.linear("classifier", head.rows("classifier.weight"), width));
  }
}
