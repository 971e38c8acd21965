package io.octavo.normalize;

import io.octavo.kernel.Kernels;

/**
 * CRMSNorm (Jiang, Gu, Zhu and Pan, arXiv:2305.14858): the RMSNorm of a vector of zero mean that is
 * stored without its last feature, which is minus the sum of the others. {@code y = x / sqrt((sum
 * x^2 + (sum x)^2) / (width + 1) + epsilon)}. It has no weights: they are folded into what follows.
 */
public final class CompressedRmsNorm implements Normalization {
  private final int width;
  private final double epsilon;

  private CompressedRmsNorm(int width, double epsilon) {
    this.width = Arguments.width(width);
    this.epsilon = Arguments.epsilon(epsilon);
  }

  /**
   * The layer.
   *
   * @param width stored features, one less than the completed vector has
   * @param epsilon inside the root, at least 0; that of the layer it stands for
   * @throws IllegalArgumentException if the width is below 1 or epsilon negative
   */
  public static CompressedRmsNorm of(int width, double epsilon) {
    return new CompressedRmsNorm(width, epsilon);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void apply(float[] x, int xOffset, int tokens, float[] y, int yOffset) {
    Kernels.normalization().compressedRmsNorm(x, xOffset, tokens, width, epsilon, y, yOffset);
  }
}
