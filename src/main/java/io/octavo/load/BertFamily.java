package io.octavo.load;

import io.octavo.kernel.Activation;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.PositionIds;

/** BERT (Devlin et al., arXiv:1810.04805) as the transformers library saves it. */
final class BertFamily implements EncoderFamily {
  /** {@code W tanh(pooler(x)) + b}; a pooler alone, as most encoders have it, is no classifier. */
  private static final EncoderNames NAMES =
      names(new EncoderNames.Classifier("pooler.dense", true, Activation.TANH, "classifier"));

  @Override
  public EncoderNames names() {
    return NAMES;
  }

  @Override
  public EncoderDescriptor descriptor(ModelConfig config) {
    config.expect("position_embedding_type", "absolute");
    return descriptor(config, 30522, 2, PositionIds.fromZero());
  }

  /** The names that BERT and RoBERTa share, with a head. */
  static EncoderNames names(EncoderNames.Classifier classifier) {
    return new EncoderNames(
        "embeddings.word_embeddings.weight",
        "embeddings.position_embeddings.weight",
        "embeddings.token_type_embeddings.weight",
        null,
        "embeddings.LayerNorm",
        BertFamily::layer,
        classifier);
  }

  private static EncoderNames.Layer layer(int index) {
    String name = "encoder.layer." + index;
    return new EncoderNames.Layer(
        name + ".attention.self.query",
        name + ".attention.self.key",
        name + ".attention.self.value",
        name + ".attention.output.dense",
        name + ".attention.output.LayerNorm",
        name + ".intermediate.dense",
        name + ".output.dense",
        name + ".output.LayerNorm");
  }

  /** The shape, from the fields that BERT, RoBERTa and MPNet share. */
  static EncoderDescriptor descriptor(
      ModelConfig config, int vocabulary, int tokenTypes, PositionIds positionIds) {
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
        config.epsilon("layer_norm_eps", 1e-12),
        config.activation("hidden_act"));
  }
}
