package io.octavo.normalize;

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
   * Normalizes {@code tokens} tokens that lie one after the other from {@code xOffset}, to {@code
   * yOffset} and on. Both may be the same range; otherwise they must not overlap.
   *
   * @throws IndexOutOfBoundsException if a range is not within its array
   */
  void apply(float[] x, int xOffset, int tokens, float[] y, int yOffset);

  /**
   * Normalizes the token {@code x[xOffset ... xOffset + width - 1]} to {@code y[yOffset ...]}, as
   * {@link #apply(float[], int, int, float[], int)} several.
   */
  default void apply(float[] x, int xOffset, float[] y, int yOffset) {
    apply(x, xOffset, 1, y, yOffset);
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
