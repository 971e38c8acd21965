package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.ClassifierWeights;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.PositionIds;
import org.jspecify.annotations.Nullable;

/**
 * RoBERTa (Liu et al., arXiv:1907.11692) and XLM-RoBERTa: BERT's layers and names, positions behind
 * the padding token's, another head.
 */
final class RobertaFamily implements EncoderFamily {
  @Override
  public EncoderCheckpoint read(ModelConfig config, Checkpoint checkpoint) {
    config.expect("position_embedding_type", "absolute");
    TensorRoles tensors = TensorRoles.of(checkpoint, BertFamily.MARKER);
    EncoderDescriptor descriptor =
        BertFamily.descriptor(
            config,
            50265,
            2,
            PositionIds.behindPadding(config.number("pad_token_id", 1)),
            config.epsilon("layer_norm_eps", 1e-12));
    return new EncoderCheckpoint(
        descriptor,
        BertFamily.weights(tensors, descriptor),
        config.classifies() ? classifier(tensors, descriptor.width()) : null,
        tensors.ignored());
  }

  /** {@code W tanh(D x + d) + b}; MPNet has the same. */
  static @Nullable ClassifierWeights classifier(TensorRoles tensors, int width) {
    TensorRoles head = tensors.beside();
    if (!head.has("classifier.out_proj.weight")) {
      return null;
    }
    return new ClassifierWeights(
        head.linear("classifier.dense", width, width),
        Activation.TANH,
        head.linear("classifier.out_proj", head.rows("classifier.out_proj.weight"), width));
  }
}
