package io.octavo.model;

import io.octavo.tensor.WeightMatrix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of an encoder by their role, still in the checkpoint's memory.
 *
 * @param word word embeddings, {@code [vocabulary, width]}
 * @param position position embeddings, {@code [positionIds.first + positions, width]}
 * @param tokenType segment embeddings, {@code [tokenTypes, width]}; null for a model without
 * @param relativeBias biases of the attention's scores by relative position, {@code [buckets,
 *     heads]}, for all layers; null for a model without
 * @param norm LayerNorm of the embeddings
 * @param layers the layers, first to last
 */
public record EncoderWeights(
    WeightMatrix word,
    WeightMatrix position,
    @Nullable WeightMatrix tokenType,
    @Nullable WeightMatrix relativeBias,
    NormWeights norm,
    List<Layer> layers) {

  /**
   * One layer.
   *
   * @param query projection to queries
   * @param key projection to keys
   * @param value projection to values
   * @param attentionOutput projection of the attention's result
   * @param attentionNorm LayerNorm after the attention's residual
   * @param expand first linear layer of the feed-forward part
   * @param contract second linear layer of the feed-forward part
   * @param outputNorm LayerNorm after the feed-forward part's residual
   */
  public record Layer(
      LinearWeights query,
      LinearWeights key,
      LinearWeights value,
      LinearWeights attentionOutput,
      NormWeights attentionNorm,
      LinearWeights expand,
      LinearWeights contract,
      NormWeights outputNorm) {}
}
