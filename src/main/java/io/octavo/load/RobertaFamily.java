package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.PositionIds;

/**
 * RoBERTa (Liu et al., arXiv:1907.11692) and XLM-RoBERTa: BERT's layers and names, positions behind
 * the padding token's, another head.
 */
final class RobertaFamily implements EncoderFamily {
  /** {@code W tanh(D x + d) + b}; MPNet has the same. */
  static final EncoderNames.Classifier CLASSIFIER =
      new EncoderNames.Classifier(
          "classifier.dense", false, Activation.TANH, "classifier.out_proj");

  private static final EncoderNames NAMES = BertFamily.names(CLASSIFIER);

  @Override
  public EncoderNames names() {
    return NAMES;
  }

  @Override
  public EncoderDescriptor descriptor(ModelConfig config) {
    config.expect("position_embedding_type", "absolute");
    PositionIds positions = PositionIds.behindPadding(config.number("pad_token_id", 1));
    return BertFamily.descriptor(config, 50265, 2, positions);
  }
}
