package io.octavo.model;

import io.octavo.layer.Embedding;
import io.octavo.layer.Linear;
import io.octavo.layer.RelativePositionBias;
import io.octavo.normalize.LayerNorm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Encoder} is made of, in the order of {@link EncoderWeights}.
 *
 * @param word word embeddings, {@code [vocabulary, width]}
 * @param position position embeddings, {@code [positionIds.first + positions, width]}
 * @param tokenType segment embeddings, {@code [tokenTypes, width]}; null for a model without
 * @param relativeBias biases of the attention's scores by relative position, for all layers; null
 *     for a model without
 * @param norm LayerNorm of the embeddings
 * @param layers the layers, first to last
 */
public record EncoderParts(
    Embedding word,
    Embedding position,
    @Nullable Embedding tokenType,
    @Nullable RelativePositionBias relativeBias,
    LayerNorm norm,
    List<Layer> layers) {

  /** Keeps an immutable copy of the list. */
  public EncoderParts {
    layers = List.copyOf(layers);
  }

  /**
   * One layer.
   *
   * @param projection to queries, keys and values, on top of each other, {@code [3 width, width]}
   * @param attentionOutput projection of the attention's result
   * @param attentionNorm LayerNorm after the attention's residual
   * @param expand first linear layer of the feed-forward part
   * @param contract second linear layer of the feed-forward part
   * @param outputNorm LayerNorm after the feed-forward part's residual
   */
  public record Layer(
      Linear projection,
      Linear attentionOutput,
      LayerNorm attentionNorm,
      Linear expand,
      Linear contract,
      LayerNorm outputNorm) {}
}
