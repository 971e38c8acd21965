package io.octavo.normalize;

import io.octavo.kernel.Kernels;

/**
 * Unified Normalization ("Unified Normalization for Accelerating and Stabilizing Transformers") at
 * inference: {@code y = weight * x / sqrt(runningVar + epsilon) + bias}. Despite its name {@code
 * running_var} is a mean square, and no mean is subtracted.
 */
public final class UnifiedNorm implements Normalization {
  private final float[] scale;
  private final float[] bias;

  private UnifiedNorm(float[] scale, float[] bias) {
    this.scale = scale;
    this.bias = bias;
  }

  /**
   * The layer.
   *
   * @param weight scale, {@code [width]}
   * @param bias shift, {@code [width]}
   * @param runningVar the checkpoint's {@code running_var}, {@code [width]}: a mean square
   * @param epsilon inside the root, at least 0 (1e-5 in the published code)
   * @throws IllegalArgumentException if the lengths differ, or epsilon or a mean square is negative
   */
  public static UnifiedNorm of(float[] weight, float[] bias, float[] runningVar, double epsilon) {
    int width = Arguments.width(weight.length);
    float[] scale =
        Arguments.fixedScale("runningVar", weight, runningVar, Arguments.epsilon(epsilon));
    return new UnifiedNorm(scale, Arguments.copy("bias", bias, width));
  }

  @Override
  public int width() {
    return scale.length;
  }

  @Override
  public void apply(float[] x, int xOffset, int tokens, float[] y, int yOffset) {
    Kernels.normalization().scale(x, xOffset, tokens, scale.length, 1f, scale, bias, y, yOffset);
  }
}
