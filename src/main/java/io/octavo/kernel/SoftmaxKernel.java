package io.octavo.kernel;

/**
 * Softmax of one row in float32, {@code y[i] = exp(x[i]) / sum exp(x[j])}, by three algorithms.
 *
 * <p>All of them use {@link ExtendedExp} for the exponential and sum in 16 lanes (element {@code i}
 * goes to lane {@code i % 16}) that are then added as a tree (lane {@code i} and {@code i + 8},
 * then 4, 2, 1), so that every implementation gives the same bits. {@code x} and {@code y} may be
 * the same array with the same offset. Elements of minus infinity weigh 0; a row of nothing else
 * gives zeros; NaN or plus infinity gives a row of NaN; an empty row writes nothing.
 */
public interface SoftmaxKernel {
  /** Two-pass: the sum as (mantissa, exponent), then the scaled exponentials. Traffic 3n. */
  void twoPass(float[] x, int xOffset, int length, float[] y, int yOffset);

  /** Three-pass, exponentials computed twice: maximum, sum, result. Traffic 4n. */
  void threePassRecompute(float[] x, int xOffset, int length, float[] y, int yOffset);

  /**
   * Three-pass, exponentials stored and scaled: maximum, exponentials and sum, result. Traffic 5n.
   */
  void threePassReload(float[] x, int xOffset, int length, float[] y, int yOffset);

  /**
   * The sum of the row's exponentials as {@code mantissa * 2^exponent}, written to {@code
   * sum[0..1]}; (0, minus infinity) for an empty or fully masked row.
   */
  void extendedSum(float[] x, int xOffset, int length, float[] sum);
}
