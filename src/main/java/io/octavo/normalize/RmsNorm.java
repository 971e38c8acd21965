package io.octavo.normalize;

import io.octavo.kernel.Kernels;
import io.octavo.kernel.NormalizationKernel;
import io.octavo.tensor.Halves;
import org.jspecify.annotations.Nullable;

/**
 * Root mean square normalization (Zhang and Sennrich, arXiv:1910.07467): {@code y = gamma * x /
 * sqrt(mean(x^2) + epsilon) + beta}, with the variants of published checkpoints, each a factory.
 */
public final class RmsNorm implements Normalization {
  /** Where a model that computes in half precision (binary16) rounds to it. */
  public enum HalfRounding {
    /** Nowhere. */
    NONE,
    /** The normalized value before the weight, and the product (LLaMA). */
    BEFORE_WEIGHT,
    /** Only the product with the weight (Gemma). */
    AFTER_WEIGHT
  }

  private final int width;
  private final float @Nullable [] gamma;
  private final float @Nullable [] beta;
  private final int counted;
  private final double epsilon;
  private final boolean epsilonOutside;
  private final HalfRounding rounding;

  private RmsNorm(
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      int counted,
      double epsilon,
      boolean epsilonOutside,
      HalfRounding rounding) {
    this.width = Arguments.width(width);
    this.gamma = gamma;
    this.beta = beta == null ? null : Arguments.copy("beta", beta, width);
    this.counted = counted;
    this.epsilon = Arguments.epsilon(epsilon);
    this.epsilonOutside = epsilonOutside;
    this.rounding = rounding;
  }

  /**
   * The usual layer.
   *
   * @param gamma scale, {@code [width]}
   * @param epsilon inside the root, at least 0; the model's configuration states it
   * @throws IllegalArgumentException if epsilon is negative or there are no features
   */
  public static RmsNorm of(float[] gamma, double epsilon) {
    return of(gamma, null, epsilon);
  }

  /** As {@link #of(float[], double)} with a shift, {@code [width]}, or null for none. */
  public static RmsNorm of(float[] gamma, float @Nullable [] beta, double epsilon) {
    return new RmsNorm(
        gamma.length, gamma.clone(), beta, gamma.length, epsilon, false, HalfRounding.NONE);
  }

  /** Checkpoints that hold {@code gamma - 1} (Gemma); as {@link #of(float[], double)} otherwise. */
  public static RmsNorm weightPlusOne(float[] weight, double epsilon) {
    return new RmsNorm(
        weight.length,
        Arguments.plusOne(weight),
        null,
        weight.length,
        epsilon,
        false,
        HalfRounding.NONE);
  }

  /** Without gamma and beta. */
  public static RmsNorm withoutAffine(int width, double epsilon) {
    return new RmsNorm(width, null, null, width, epsilon, false, HalfRounding.NONE);
  }

  /**
   * The original authors' code: epsilon (1e-8 there) is added to the root, and the mean square may
   * come from a share of the features only (partial RMSNorm).
   *
   * @param gamma scale, {@code [width]}
   * @param beta shift, {@code [width]}, or null for none
   * @param share the first {@code (int) (width * share)} features make the mean square; 1 for all
   * @param epsilon at least 0
   * @throws IllegalArgumentException if the lengths differ, epsilon is negative, or the share is
   *     above 1 or leaves no feature
   */
  public static RmsNorm epsilonOutside(
      float[] gamma, float @Nullable [] beta, double share, double epsilon) {
    int counted = (int) (gamma.length * share);
    if (!(share <= 1) || counted < 1) {
      throw new IllegalArgumentException(
          "A share of " + share + " of " + gamma.length + " features has no mean square");
    }
    return new RmsNorm(
        gamma.length, gamma.clone(), beta, counted, epsilon, true, HalfRounding.NONE);
  }

  /** This layer with the roundings of a model in half precision. */
  public RmsNorm withRounding(HalfRounding halfRounding) {
    return new RmsNorm(width, gamma, beta, counted, epsilon, epsilonOutside, halfRounding);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void apply(float[] x, int xOffset, int tokens, float[] y, int yOffset) {
    NormalizationKernel kernel = Kernels.normalization();
    if (epsilonOutside && rounding == HalfRounding.NONE && counted == width) {
      kernel.rmsNormEpsilonOutside(x, xOffset, tokens, width, gamma, beta, epsilon, y, yOffset);
    } else if (epsilonOutside) {
      for (int at = 0; at < tokens * width; at += width) {
        applyPartial(x, xOffset + at, y, yOffset + at);
      }
    } else {
      switch (rounding) {
        case NONE -> kernel.rmsNorm(x, xOffset, tokens, width, gamma, beta, epsilon, y, yOffset);
        case BEFORE_WEIGHT ->
            kernel.rmsNormRoundedTwice(x, xOffset, tokens, width, gamma, beta, epsilon, y, yOffset);
        case AFTER_WEIGHT ->
            kernel.rmsNormRounded(x, xOffset, tokens, width, gamma, beta, epsilon, y, yOffset);
      }
    }
  }

  /** The original authors' layer, which may count a share only, of a token. */
  private void applyPartial(float[] x, int xOffset, float[] y, int yOffset) {
    NormalizationKernel kernel = Kernels.normalization();
    double root = Math.sqrt(kernel.sumOfSquares(x, xOffset, counted) / counted) + epsilon;
    float scale = (float) (1 / root);
    if (rounding == HalfRounding.BEFORE_WEIGHT) {
      kernel.scale(x, xOffset, 1, width, scale, null, null, y, yOffset);
      Halves.round(y, yOffset, width);
      kernel.scale(y, yOffset, 1, width, 1f, gamma, beta, y, yOffset);
    } else {
      kernel.scale(x, xOffset, 1, width, scale, gamma, beta, y, yOffset);
    }
    if (rounding != HalfRounding.NONE) {
      Halves.round(y, yOffset, width);
    }
  }
}
