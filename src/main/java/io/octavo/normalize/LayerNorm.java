package io.octavo.normalize;

import io.octavo.kernel.Kernels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalization (Ba, Kiros and Hinton, arXiv:1607.06450): {@code y = gamma * (x - mean) /
 * sqrt(variance + epsilon) + beta} over the features of a token, the variance biased. One sweep
 * adds up the distances from the first feature and their squares. A token of equal features gives
 * exactly {@code beta}.
 */
public final class LayerNorm implements Normalization {
  private final int width;
  private final float @Nullable [] gamma;
  private final float @Nullable [] beta;
  private final double epsilon;

  private LayerNorm(int width, float @Nullable [] gamma, float @Nullable [] beta, double epsilon) {
    this.width = Arguments.width(width);
    this.gamma = gamma;
    this.beta = beta == null ? null : Arguments.copy("beta", beta, width);
    this.epsilon = Arguments.epsilon(epsilon);
  }

  /**
   * The usual layer.
   *
   * @param gamma scale, {@code [width]}
   * @param beta shift, {@code [width]}, or null for none
   * @param epsilon inside the root, at least 0; the model's configuration states it
   * @throws IllegalArgumentException if the lengths differ or epsilon is negative
   */
  public static LayerNorm of(float[] gamma, float @Nullable [] beta, double epsilon) {
    return new LayerNorm(gamma.length, gamma.clone(), beta, epsilon);
  }

  /** The "1p" form, whose checkpoint holds {@code gamma - 1}; as {@link #of} otherwise. */
  public static LayerNorm weightPlusOne(float[] weight, float @Nullable [] beta, double epsilon) {
    return new LayerNorm(weight.length, Arguments.plusOne(weight), beta, epsilon);
  }

  /** Without gamma and beta. */
  public static LayerNorm withoutAffine(int width, double epsilon) {
    return new LayerNorm(width, null, null, epsilon);
  }

  @Override
  public int width() {
    return width;
  }

  /** The scale, {@code [width]}, ones where there is none; a copy. */
  public float[] gamma() {
    if (gamma != null) {
      return gamma.clone();
    }
    float[] ones = new float[width];
    Arrays.fill(ones, 1f);
    return ones;
  }

  /** The shift, {@code [width]}, zeros where there is none; a copy. */
  public float[] beta() {
    return beta == null ? new float[width] : beta.clone();
  }

  @Override
  public void apply(float[] x, int xOffset, int tokens, float[] y, int yOffset) {
    Kernels.normalization().layerNorm(x, xOffset, tokens, width, gamma, beta, epsilon, y, yOffset);
  }
}
