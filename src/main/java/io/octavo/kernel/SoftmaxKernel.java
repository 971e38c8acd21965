package io.octavo.kernel;

/**
 * Softmax of one row in float32, {@code y[i] = exp(x[i]) / sum exp(x[j])}, by three algorithms
 * (Dukhan and Ablavatski, "The Two-Pass Softmax Algorithm", arXiv:2001.04438).
 *
 * <p>All of them use {@link ExtendedExp} for the exponential and sum in blocks of {@link
 * BlockedSoftmax#BLOCK} elements: within a block in 16 lanes (element {@code i} goes to lane {@code
 * i % 16}) that are then added as a tree (lane {@code i} and {@code i + 8}, then 4, 2, 1), the
 * blocks in double in their order. Every implementation gives the same bits.
 *
 * <p>{@code x} and {@code y} may be the same array with the same offset; otherwise they must not
 * overlap. Any finite values are served, the largest included. Elements of minus infinity weigh 0;
 * a row of nothing else gives zeros; NaN or plus infinity gives a row of NaN; an empty row writes
 * nothing. Results below about 2^-124 are 0, never denormal.
 */
public interface SoftmaxKernel {
  /**
   * Two-pass: the sum as (mantissa, exponent), then the scaled exponentials. Traffic 3n. A row
   * whose largest element is above 1.2e5 in magnitude goes through {@link #threePassRecompute}
   * instead, where the exponent would no longer be precise.
   */
  void twoPass(float[] x, int xOffset, int length, float[] y, int yOffset);

  /** Three-pass, exponentials computed twice: maximum, sum, result. Traffic 4n. */
  void threePassRecompute(float[] x, int xOffset, int length, float[] y, int yOffset);

  /**
   * Three-pass, exponentials stored and scaled: maximum, exponentials and sum, result. Traffic 5n.
   */
  void threePassReload(float[] x, int xOffset, int length, float[] y, int yOffset);

  /**
   * The sum of the row's exponentials as {@code mantissa * 2^exponent}, written to {@code
   * sum[0..1]}; (0, minus infinity) for an empty or fully masked row, (NaN, NaN) where an element
   * is NaN or plus infinity. The exponent is an integer; beyond 2^24 the nearest float to it.
   */
  void extendedSum(float[] x, int xOffset, int length, float[] sum);
}
