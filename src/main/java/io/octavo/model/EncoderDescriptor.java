package io.octavo.model;

import io.octavo.kernel.Activation;

/**
 * The shape of a post-norm encoder (BERT and its kin): embeddings and a LayerNorm, then per layer
 * {@code x = LayerNorm(x + attention(x)); x = LayerNorm(x + feedForward(x))}.
 *
 * @param layers number of layers
 * @param width features of a token
 * @param heads attention heads; they divide the width
 * @param feedForwardWidth features between the two linear layers of the feed-forward part
 * @param vocabulary token ids
 * @param positions longest sequence
 * @param tokenTypes segment ids; 0 for a model without
 * @param positionIds which rows of the position embeddings tokens get
 * @param relativeBuckets rows of the table of relative position biases that all layers share
 *     (MPNet); 0 for none
 * @param epsilon epsilon of every LayerNorm
 * @param activation between the two linear layers of the feed-forward part
 */
public record EncoderDescriptor(
    int layers,
    int width,
    int heads,
    int feedForwardWidth,
    int vocabulary,
    int positions,
    int tokenTypes,
    PositionIds positionIds,
    int relativeBuckets,
    double epsilon,
    Activation activation)
    implements ModelShape {

  /**
   * Most features of a token, or between the two linear layers of the feed-forward part, that a
   * file may ask for: several times what any published encoder has. What is allocated for a token
   * or a panel of weights grows with it, and not with the file.
   */
  public static final int LARGEST_WIDTH = 1 << 16;

  /** The distance of tokens from which on all share the last bucket of relative positions. */
  public static final int FARTHEST_BUCKET = 128;

  /** Refuses shapes that contradict themselves. */
  public EncoderDescriptor {
    if (layers < 1 || width < 1 || heads < 1 || feedForwardWidth < 1 || vocabulary < 1) {
      throw new IllegalArgumentException("An encoder needs at least one of everything");
    }
    if (width % heads != 0) {
      throw new IllegalArgumentException(heads + " heads do not divide a width of " + width);
    }
  }

  @Override
  public int depth() {
    return layers;
  }

  /** Rows of the position embeddings. */
  public int positionRows() {
    return positionIds.first() + positions;
  }

  /** This shape with a table of so many relative position biases. */
  public EncoderDescriptor withRelativeBuckets(int value) {
    return new EncoderDescriptor(
        layers,
        width,
        heads,
        feedForwardWidth,
        vocabulary,
        positions,
        tokenTypes,
        positionIds,
        value,
        epsilon,
        activation);
  }

  /** Number of weights, biases and norms' parameters included. */
  public long parameters() {
    long perLayer =
        4L * width * width + 2L * width * feedForwardWidth + 9L * width + feedForwardWidth;
    long rows = (long) vocabulary + positionRows() + tokenTypes + 2;
    return rows * width + layers * perLayer + (long) relativeBuckets * heads;
  }
}
