package io.octavo.load;

import io.octavo.model.EncoderDescriptor;
import io.octavo.model.EncoderWeights;
import io.octavo.model.PositionIds;
import java.util.ArrayList;
import java.util.List;

/**
 * MPNet (Song et al., arXiv:2004.09297): no segments, positions behind the padding token's, and a
 * bias of the attention's scores by relative position that all layers share.
 */
final class MpnetFamily implements EncoderFamily {
  /** The library's code has it so, whatever the configuration says. */
  private static final int PADDING = 1;

  /** The library's code cuts distances into this many buckets, whatever the configuration says. */
  private static final int BUCKETS = 32;

  @Override
  public EncoderCheckpoint read(ModelConfig config, Checkpoint checkpoint) {
    config.expect("relative_attention_num_buckets", BUCKETS);
    TensorRoles tensors = TensorRoles.of(checkpoint, BertFamily.MARKER);
    EncoderDescriptor descriptor =
        BertFamily.descriptor(
                config,
                30527,
                0,
                PositionIds.behindPadding(PADDING),
                config.epsilon("layer_norm_eps", 1e-12))
            .withRelativeBuckets(BUCKETS);
    return new EncoderCheckpoint(
        descriptor,
        weights(tensors, descriptor),
        config.classifies() ? RobertaFamily.classifier(tensors, descriptor.width()) : null,
        tensors.ignored());
  }

  private static EncoderWeights weights(TensorRoles tensors, EncoderDescriptor shape) {
    int width = shape.width();
    List<EncoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      String name = "encoder.layer." + i;
      layers.add(
          new EncoderWeights.Layer(
              tensors.linear(name + ".attention.attn.q", width, width),
              tensors.linear(name + ".attention.attn.k", width, width),
              tensors.linear(name + ".attention.attn.v", width, width),
              tensors.linear(name + ".attention.attn.o", width, width),
              tensors.norm(name + ".attention.LayerNorm", width),
              tensors.linear(name + ".intermediate.dense", shape.feedForwardWidth(), width),
              tensors.linear(name + ".output.dense", width, shape.feedForwardWidth()),
              tensors.norm(name + ".output.LayerNorm", width)));
    }
    return new EncoderWeights(
        tensors.matrix(BertFamily.MARKER, shape.vocabulary(), width),
        tensors.matrix("embeddings.position_embeddings.weight", shape.positionRows(), width),
        null,
        tensors.matrix("encoder.relative_attention_bias.weight", BUCKETS, shape.heads()),
        tensors.norm("embeddings.LayerNorm", width),
        List.copyOf(layers));
  }
}
