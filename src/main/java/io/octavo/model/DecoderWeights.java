package io.octavo.model;

import io.octavo.tensor.WeightMatrix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a decoder by their role, still in the checkpoint's memory.
 *
 * @param word word embeddings, {@code [vocabulary, embedding width]}
 * @param position learned positions, {@code [offset + positions, width]}; null for a model without
 * @param projectIn from the embeddings' width to the decoder's; null where they are the same
 * @param embeddingNorm norm of the embeddings; null for none
 * @param layers the layers, first to last
 * @param finalNorm norm behind the last layer; null for none
 * @param projectOut from the decoder's width to the head's; null where they are the same
 * @param head {@code [vocabulary, embedding width]}; null where the word embeddings serve
 */
public record DecoderWeights(
    WeightMatrix word,
    @Nullable WeightMatrix position,
    @Nullable LinearWeights projectIn,
    @Nullable NormWeights embeddingNorm,
    List<Layer> layers,
    @Nullable NormWeights finalNorm,
    @Nullable LinearWeights projectOut,
    @Nullable LinearWeights head) {

  /** Keeps an immutable copy of the list. */
  public DecoderWeights {
    layers = List.copyOf(layers);
  }

  /**
   * One layer. A norm that a family lacks is null.
   *
   * @param attentionNorm norm before the attention
   * @param projection to queries, keys and values, on top of each other; layers that share it have
   *     equal ones
   * @param queryNorm norm of the queries, of one head or of all together
   * @param keyNorm norm of the keys, as that
   * @param attentionOutput projection of the attention's result
   * @param attentionOutputNorm norm behind the attention
   * @param feedForwardNorm norm before the feed-forward part
   * @param feedForward the feed-forward part; layers that share it have equal ones
   * @param feedForwardOutputNorm norm behind the feed-forward part
   */
  public record Layer(
      @Nullable NormWeights attentionNorm,
      List<? extends ProjectionWeights> projection,
      @Nullable NormWeights queryNorm,
      @Nullable NormWeights keyNorm,
      ProjectionWeights attentionOutput,
      @Nullable NormWeights attentionOutputNorm,
      @Nullable NormWeights feedForwardNorm,
      FeedForwardWeights feedForward,
      @Nullable NormWeights feedForwardOutputNorm) {

    /** Keeps an immutable copy of the list. */
    public Layer {
      projection = List.copyOf(projection);
    }

    /** A layer whose feed-forward part is two linear layers. */
    public Layer(
        @Nullable NormWeights attentionNorm,
        List<? extends ProjectionWeights> projection,
        @Nullable NormWeights queryNorm,
        @Nullable NormWeights keyNorm,
        ProjectionWeights attentionOutput,
        @Nullable NormWeights attentionOutputNorm,
        @Nullable NormWeights feedForwardNorm,
        List<LinearWeights> expand,
        LinearWeights contract,
        @Nullable NormWeights feedForwardOutputNorm) {
      this(
          attentionNorm,
          projection,
          queryNorm,
          keyNorm,
          attentionOutput,
          attentionOutputNorm,
          feedForwardNorm,
          new FeedForwardWeights.Dense(expand, contract),
          feedForwardOutputNorm);
    }
  }
}
