package io.octavo.kernel;

import io.octavo.tensor.Halves;
import org.jspecify.annotations.Nullable;

/**
 * Normalizations of tokens, rows of {@code width} floats that lie behind each other. Each row is
 * normalized by itself; that several are given at once says only what comes next, for those that
 * can make use of it.
 *
 * <p>Statistics are sums of doubles in 16 lanes (element {@code i} goes to lane {@code i % 16})
 * added as a tree (lane {@code i} and {@code i + 8}, then 4, 2, 1), so that every implementation
 * gives the same bits; squares enter by a fused multiply-add. The rows of {@code x} and {@code y}
 * may be the same array with the same offset; otherwise they must not overlap. {@code gamma} and
 * {@code beta} are {@code width} long. What is null does nothing, as a factor of 1 and a summand of
 * -0.0, which leaves even the sign of a zero.
 */
public interface NormalizationKernel {
  /**
   * LayerNorm: {@code y = gamma * (x - mean) / sqrt(variance + epsilon) + beta}, the variance
   * biased.
   *
   * <p>One sweep adds up {@code d = x - x[0]} and its squares: {@code mean = x[0] + sum d / width},
   * {@code variance = (sum d^2 - (sum d)^2 / width) / width}. An element is never further from the
   * mean than {@code sqrt(width - 1)} deviations (Samuelson's inequality), so the difference costs
   * at most a factor of {@code width} of a double's precision, whatever the mean.
   *
   * <p>Mean, variance and the reciprocal root are doubles. The mean is then split into two floats,
   * {@code high = (float) mean} and {@code low = (float) (mean - high)}, and in float32 {@code y =
   * fma(((x - high) - low) * (float) (1 / sqrt(variance + epsilon)), gamma, beta)}, so that a mean
   * far above the spread costs no digits. A row of one value gives exactly {@code beta}, given an
   * epsilon above 0.
   */
  void layerNorm(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset);

  /**
   * RMSNorm: {@code y = fma(x * s, gamma, beta)}, {@code s = (float) (1 / sqrt(sum x^2 / width +
   * epsilon))}.
   */
  default void rmsNorm(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    for (int row = 0; row < rows; row++) {
      int from = xOffset + row * width;
      double meanSquare = sumOfSquares(x, from, width) / width;
      float scale = (float) (1 / Math.sqrt(meanSquare + epsilon));
      scale(x, from, 1, width, scale, gamma, beta, y, yOffset + row * width);
    }
  }

  /**
   * RMSNorm whose epsilon is added to the root: {@code y = fma(x * s, gamma, beta)}, {@code s =
   * (float) (1 / (sqrt(sum x^2 / width) + epsilon))}.
   */
  default void rmsNormEpsilonOutside(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    for (int row = 0; row < rows; row++) {
      int from = xOffset + row * width;
      double meanSquare = sumOfSquares(x, from, width) / width;
      float scale = (float) (1 / (Math.sqrt(meanSquare) + epsilon));
      scale(x, from, 1, width, scale, gamma, beta, y, yOffset + row * width);
    }
  }

  /**
   * RMSNorm whose results are rounded to float16, as a model that computes in half precision has
   * them: of {@code fma(x * s, gamma, beta)}.
   */
  default void rmsNormRounded(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    for (int at = 0; at < rows * width; at += width) {
      rmsNorm(x, xOffset + at, 1, width, gamma, beta, epsilon, y, yOffset + at);
      Halves.round(y, yOffset + at, width);
    }
  }

  /**
   * RMSNorm that is rounded to float16 before the weight as well: {@code n = half(x * s)}, {@code y
   * = half(fma(n, gamma, beta))}.
   */
  default void rmsNormRoundedTwice(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    for (int at = 0; at < rows * width; at += width) {
      rmsNormRounded(x, xOffset + at, 1, width, null, null, epsilon, y, yOffset + at);
      scale(y, yOffset + at, 1, width, 1f, gamma, beta, y, yOffset + at);
      Halves.round(y, yOffset + at, width);
    }
  }

  /**
   * RMSNorm of each of a row's {@code groups} of {@code groupWidth} elements that lie behind each
   * other, with the row's {@code gamma} and {@code beta}: {@code y = fma(x * s, gamma, beta)}.
   */
  default void groupedRmsNorm(
      float[] x,
      int xOffset,
      int rows,
      int groups,
      int groupWidth,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    rmsNorm(x, xOffset, rows * groups, groupWidth, null, null, epsilon, y, yOffset);
    if (gamma != null || beta != null) {
      scale(y, yOffset, rows, groups * groupWidth, 1f, gamma, beta, y, yOffset);
    }
  }

  /**
   * CRMSNorm, of rows that lack their last element, which would make their sum zero: {@code y = x *
   * s}, {@code s = (float) (1 / sqrt((sum x^2 + (sum x)^2) / (width + 1) + epsilon))}.
   */
  default void compressedRmsNorm(
      float[] x, int xOffset, int rows, int width, double epsilon, float[] y, int yOffset) {
    for (int row = 0; row < rows; row++) {
      int from = xOffset + row * width;
      double sum = sum(x, from, width);
      double squares = sumOfSquares(x, from, width) + sum * sum;
      float scale = (float) (1 / Math.sqrt(squares / (width + 1.0) + epsilon));
      scale(x, from, 1, width, scale, null, null, y, yOffset + row * width);
    }
  }

  /** The sum of squares of {@code count} elements. */
  default double sumOfSquares(float[] x, int offset, int count) {
    return sumOfSquares(x, offset, count, 0);
  }

  /** The sum of the squares of {@code x - center} over {@code count} elements. */
  double sumOfSquares(float[] x, int offset, int count, double center);

  /** The sum of {@code count} elements. */
  double sum(float[] x, int offset, int count);

  /** {@code y = fma(x * scale, gamma, beta)}, with one {@code scale} for all rows. */
  void scale(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float scale,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      float[] y,
      int yOffset);
}
