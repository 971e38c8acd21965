package io.octavo.normalize;

import java.util.Objects;

/**
 * A normalization of tokens at inference, {@code [tokens, width]} row-major in float32, each token
 * by itself: the result for one never depends on the others. Statistics are summed in double.
 *
 * <p>Immutable, and safe for any number of threads.
 */
public sealed interface Normalization
    permits LayerNorm, RmsNorm, CompressedRmsNorm, PowerNorm, UnifiedNorm {
  /** Features of a token. */
  int width();

  /**
   * Normalizes the token {@code x[xOffset ... xOffset + width - 1]} to {@code y[yOffset ...]}. Both
   * may be the same range; otherwise they must not overlap.
   *
   * @throws IndexOutOfBoundsException if a range is not within its array
   */
  void apply(float[] x, int xOffset, float[] y, int yOffset);

  /**
   * Normalizes {@code tokens} tokens that lie one after the other from {@code xOffset}, to {@code
   * yOffset} and on. Both may be the same range; otherwise they must not overlap.
   *
   * @throws IndexOutOfBoundsException if a range is not within its array
   */
  default void apply(float[] x, int xOffset, int tokens, float[] y, int yOffset) {
    Objects.checkFromIndexSize(xOffset, Math.multiplyExact(tokens, width()), x.length);
    Objects.checkFromIndexSize(yOffset, tokens * width(), y.length);
    for (int token = 0; token < tokens; token++) {
      apply(x, xOffset + token * width(), y, yOffset + token * width());
    }
  }

  /**
   * Normalizes the tokens of a whole array in place.
   *
   * @throws IllegalArgumentException if its length is no multiple of {@link #width()}
   */
  default void apply(float[] x) {
    if (x.length % width() != 0) {
      throw new IllegalArgumentException(
          x.length + " values are no whole number of tokens of " + width() + " features");
    }
    apply(x, 0, x.length / width(), x, 0);
  }
}
