package io.octavo.normalize;

import org.jspecify.annotations.Nullable;

/**
 * Batch normalization (Ioffe and Szegedy, arXiv:1502.03167) at inference: {@code y = weight * (x -
 * runningMean) / sqrt(runningVar + epsilon) + bias}, a fixed map of each channel. The statistics
 * come from a checkpoint; there are none to assume.
 */
public final class BatchNorm implements ImageNormalization {
  private final float[] scale;
  private final float[] bias;
  private final float[] mean;

  private BatchNorm(float[] scale, float[] bias, float[] mean) {
    this.scale = scale;
    this.bias = bias;
    this.mean = mean;
  }

  /**
   * The layer.
   *
   * @param weight scale, {@code [channels]}, or null for ones
   * @param bias shift, {@code [channels]}, or null for zeros
   * @param runningMean the checkpoint's {@code running_mean}, {@code [channels]}
   * @param runningVar the checkpoint's {@code running_var}, {@code [channels]}
   * @param epsilon inside the root, at least 0; the model's configuration states it
   * @throws IllegalArgumentException if the lengths differ, or epsilon or a variance is negative
   */
  public static BatchNorm of(
      float @Nullable [] weight,
      float @Nullable [] bias,
      float[] runningMean,
      float[] runningVar,
      double epsilon) {
    int channels = Arguments.width(runningMean.length);
    float[] factors = Arguments.orElse("weight", weight, channels, 1f);
    return new BatchNorm(
        Arguments.fixedScale("runningVar", factors, runningVar, Arguments.epsilon(epsilon)),
        Arguments.orElse("bias", bias, channels, 0f),
        runningMean.clone());
  }

  @Override
  public int channels() {
    return mean.length;
  }

  @Override
  public void apply(float[] x, ImageShape shape, float[] y) {
    Arguments.images(x, shape, y, mean.length);
    for (int image = 0; image < shape.batch(); image++) {
      for (int c = 0; c < mean.length; c++) {
        int offset = shape.offset(image, c);
        Planes.affine(x, offset, shape.pixels(), mean[c], scale[c], bias[c], y);
      }
    }
  }
}
