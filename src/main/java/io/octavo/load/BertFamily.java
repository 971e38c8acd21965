package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.ClassifierWeights;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.EncoderWeights;
import io.octavo.model.PositionIds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** BERT (Devlin et al., arXiv:1810.04805) as the transformers library saves it. */
final class BertFamily implements EncoderFamily {
  /** A tensor that every model with BERT's names has. */
  static final String MARKER = "embeddings.word_embeddings.weight";

  @Override
  public EncoderCheckpoint read(ModelConfig config, Checkpoint checkpoint) {
    config.expect("position_embedding_type", "absolute");
    TensorRoles tensors = TensorRoles.of(checkpoint, MARKER);
    EncoderDescriptor descriptor =
        descriptor(
            config, 30522, 2, PositionIds.fromZero(), config.epsilon("layer_norm_eps", 1e-12));
    EncoderWeights weights = weights(tensors, descriptor);
    return new EncoderCheckpoint(
        descriptor,
        weights,
        config.classifies() ? classifier(tensors, descriptor.width()) : null,
        tensors.ignored());
  }

  /**
   * {@code W tanh(pooler(x)) + b}; the pooler alone, as most encoders have it, is no classifier.
   */
  private static @Nullable ClassifierWeights classifier(TensorRoles tensors, int width) {
    TensorRoles head = tensors.beside();
    if (!head.has("classifier.weight")) {
      return null;
    }
    return new ClassifierWeights(
        tensors.linear("pooler.dense", width, width),
        Activation.TANH,
        head.linear("classifier", head.rows("classifier.weight"), width));
  }

  /** The shape, from the fields that BERT, RoBERTa and MPNet share. */
  static EncoderDescriptor descriptor(
      ModelConfig config, int vocabulary, int tokenTypes, PositionIds positionIds, double epsilon) {
    int width = config.width("hidden_size", 768);
    return new EncoderDescriptor(
        config.size("num_hidden_layers", 12),
        width,
        config.heads("num_attention_heads", 12, width),
        config.width("intermediate_size", 3072),
        config.size("vocab_size", vocabulary),
        config.positions("max_position_embeddings", 512, positionIds),
        tokenTypes == 0 ? 0 : config.size("type_vocab_size", tokenTypes),
        positionIds,
        0,
        epsilon,
        config.activation("hidden_act"));
  }

  /** The tensors of BERT and RoBERTa. */
  static EncoderWeights weights(TensorRoles tensors, EncoderDescriptor shape) {
    int width = shape.width();
    List<EncoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      String name = "encoder.layer." + i;
      layers.add(
          new EncoderWeights.Layer(
              tensors.linear(name + ".attention.self.query", width, width),
              tensors.linear(name + ".attention.self.key", width, width),
              tensors.linear(name + ".attention.self.value", width, width),
              tensors.linear(name + ".attention.output.dense", width, width),
              tensors.norm(name + ".attention.output.LayerNorm", width),
              tensors.linear(name + ".intermediate.dense", shape.feedForwardWidth(), width),
              tensors.linear(name + ".output.dense", width, shape.feedForwardWidth()),
              tensors.norm(name + ".output.LayerNorm", width)));
    }
    return new EncoderWeights(
        tensors.matrix(MARKER, shape.vocabulary(), width),
        tensors.matrix("embeddings.position_embeddings.weight", shape.positionRows(), width),
        tensors.matrix("embeddings.token_type_embeddings.weight", shape.tokenTypes(), width),
        null,
        tensors.norm("embeddings.LayerNorm", width),
        List.copyOf(layers));
  }
}
