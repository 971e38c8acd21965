package io.octavo.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A normalization's parameters.
 *
 * @param gamma scale, {@code [width]}; null for ones
 * @param beta shift, {@code [width]}; null for none
 * @param meanSquares the statistic that training left for norms of fixed scale (PowerNorm's {@code
 *     running_phi}, Unified Normalization's {@code running_var}), {@code [width]}; null for norms
 *     that have none, and where gamma has been divided by its root already
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, while the model is built; never compared.
public record NormWeights(
    float @Nullable [] gamma, float @Nullable [] beta, float @Nullable [] meanSquares) {
  /** Of a norm without a statistic. */
  public NormWeights(float @Nullable [] gamma, float @Nullable [] beta) {
    this(gamma, beta, null);
  }

  /** Of a norm without parameters. */
  public static NormWeights none() {
    return new NormWeights(null, null);
  }

  /** Whether there is a scale or a shift. */
  boolean affine() {
    return gamma != null || beta != null;
  }

  /** The scale. */
  float[] gammaOrOnes(int width) {
    if (gamma != null) {
      return gamma;
    }
    float[] ones = new float[width];
    Arrays.fill(ones, 1f);
    return ones;
  }

  /** Of the norm whose output is {@code factor} times this one's. */
  NormWeights times(float factor, int width) {
    if (factor == 1f) {
      return this;
    }
    float[] shift = beta == null ? null : beta.clone();
    if (shift != null) {
      multiply(shift, factor);
    }
    float[] scale = gammaOrOnes(width).clone();
    multiply(scale, factor);
    return new NormWeights(scale, shift, meanSquares);
  }

  private static void multiply(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }
}
