package io.octavo.model;

import io.octavo.layer.CachedAttention;
import io.octavo.layer.Embedding;
import io.octavo.layer.FloatLinear;
import io.octavo.layer.Linear;
import io.octavo.normalize.Normalization;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Decoder} is made of, in the order of {@link DecoderWeights}.
 *
 * @param word word embeddings
 * @param position learned positions; null for a model without
 * @param projectIn from the embeddings' width to the decoder's; null for none
 * @param embeddingNorm norm of the embeddings; null for none
 * @param layers the layers, first to last
 * @param finalNorm norm behind the last layer; null for none
 * @param projectOut from the decoder's width to the head's; null for none
 * @param head to logits; its weights are the word embeddings' where a model ties them
 */
public record DecoderParts(
    Embedding word,
    @Nullable Embedding position,
    @Nullable FloatLinear projectIn,
    @Nullable Normalization embeddingNorm,
    List<Layer> layers,
    @Nullable Normalization finalNorm,
    @Nullable FloatLinear projectOut,
    FloatLinear head) {

  /** Keeps an immutable copy of the list. */
  public DecoderParts {
    layers = List.copyOf(layers);
  }

  /**
   * One layer. A norm that a family lacks is null.
   *
   * @param shape what is this layer's own
   * @param attentionNorm norm before the attention
   * @param projection to queries, keys and values, on top of each other
   * @param queryNorm norm of the queries, of one head or of all together
   * @param keyNorm norm of the keys, as that
   * @param attention between the projections
   * @param attentionOutput projection of the attention's result
   * @param attentionOutputNorm norm behind the attention
   * @param feedForwardNorm norm before the feed-forward part
   * @param feedForward the feed-forward part
   * @param feedForwardOutputNorm norm behind the feed-forward part
   */
  public record Layer(
      DecoderDescriptor.LayerShape shape,
      @Nullable Normalization attentionNorm,
      Linear projection,
      @Nullable Normalization queryNorm,
      @Nullable Normalization keyNorm,
      CachedAttention attention,
      Linear attentionOutput,
      @Nullable Normalization attentionOutputNorm,
      @Nullable Normalization feedForwardNorm,
      FeedForward feedForward,
      @Nullable Normalization feedForwardOutputNorm) {}
}
