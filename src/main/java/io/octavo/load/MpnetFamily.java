package io.octavo.load;

import io.octavo.model.EncoderDescriptor;
import io.octavo.model.PositionIds;

/**
 * MPNet (Song et al., arXiv:2004.09297): no segments, positions behind the padding token's, and a
 * bias of the attention's scores by relative position that all layers share.
 */
final class MpnetFamily implements EncoderFamily {
  /** The library's code has it so, whatever the configuration says. */
  private static final int PADDING = 1;

  /** The library's code cuts distances into this many buckets, whatever the configuration says. */
  private static final int BUCKETS = 32;

  private static final EncoderNames NAMES =
      new EncoderNames(
          "embeddings.word_embeddings.weight",
          "embeddings.position_embeddings.weight",
          null,
          "encoder.relative_attention_bias.weight",
          "embeddings.LayerNorm",
          MpnetFamily::layer,
          RobertaFamily.CLASSIFIER);

  @Override
  public EncoderNames names() {
    return NAMES;
  }

  private static EncoderNames.Layer layer(int index) {
    String name = "encoder.layer." + index;
    return new EncoderNames.Layer(
        name + ".attention.attn.q",
        name + ".attention.attn.k",
        name + ".attention.attn.v",
        name + ".attention.attn.o",
        name + ".attention.LayerNorm",
        name + ".intermediate.dense",
        name + ".output.dense",
        name + ".output.LayerNorm");
  }

  @Override
  public EncoderDescriptor descriptor(ModelConfig config) {
    config.expect("relative_attention_num_buckets", BUCKETS);
    return BertFamily.descriptor(config, 30527, 0, PositionIds.behindPadding(PADDING))
        .withRelativeBuckets(BUCKETS);
  }
}
