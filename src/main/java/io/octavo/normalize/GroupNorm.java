package io.octavo.normalize;

import org.jspecify.annotations.Nullable;

/**
 * Group normalization (Wu and He, arXiv:1803.08494): {@code y = weight * (x - mean) / sqrt(variance
 * + epsilon) + bias}, with mean and biased variance over a group of neighbouring channels of an
 * image. With a group for each channel it is instance normalization.
 */
public final class GroupNorm implements ImageNormalization {
  private final int groups;
  private final float[] weight;
  private final float[] bias;
  private final double epsilon;

  private GroupNorm(int groups, float[] weight, float[] bias, double epsilon) {
    this.groups = Arguments.groups(groups, weight.length);
    this.weight = weight;
    this.bias = bias;
    this.epsilon = Arguments.epsilon(epsilon);
  }

  /**
   * The usual layer.
   *
   * @param groups of equal size
   * @param channels of an image
   * @param weight scale, {@code [channels]}, or null for ones
   * @param bias shift, {@code [channels]}, or null for zeros
   * @param epsilon inside the root, at least 0; the model's configuration states it
   * @throws IllegalArgumentException if the lengths differ, epsilon is negative, or the groups do
   *     not divide the channels
   */
  public static GroupNorm of(
      int groups,
      int channels,
      float @Nullable [] weight,
      float @Nullable [] bias,
      double epsilon) {
    int count = Arguments.width(channels);
    return new GroupNorm(
        groups,
        Arguments.orElse("weight", weight, count, 1f),
        Arguments.orElse("bias", bias, count, 0f),
        epsilon);
  }

  /**
   * A scale and a shift for each group instead of each channel, as {@link BatchChannelNorm} has.
   *
   * @param channels of an image
   * @param weight scale, {@code [groups]}
   * @param bias shift, {@code [groups]}
   * @param epsilon inside the root, at least 0
   * @throws IllegalArgumentException as {@link #of}
   */
  public static GroupNorm withGroupAffine(
      int channels, float[] weight, float[] bias, double epsilon) {
    int groups = Arguments.groups(weight.length, Arguments.width(channels));
    Arguments.copy("bias", bias, groups);
    float[] weights = new float[channels];
    float[] shifts = new float[channels];
    for (int c = 0; c < channels; c++) {
      weights[c] = weight[c / (channels / groups)];
      shifts[c] = bias[c / (channels / groups)];
    }
    return new GroupNorm(groups, weights, shifts, epsilon);
  }

  @Override
  public int channels() {
    return weight.length;
  }

  @Override
  public void apply(float[] x, ImageShape shape, float[] y) {
    Arguments.images(x, shape, y, weight.length);
    int channels = weight.length / groups;
    int count = channels * shape.pixels();
    for (int image = 0; image < shape.batch(); image++) {
      for (int first = 0; first < weight.length; first += channels) {
        int offset = shape.offset(image, first);
        double mean = Planes.mean(x, offset, count);
        double variance = Planes.variance(x, offset, count, mean);
        double factor = 1 / Math.sqrt(variance + epsilon);
        for (int c = first; c < first + channels; c++) {
          float scale = (float) (weight[c] * factor);
          Planes.affine(x, shape.offset(image, c), shape.pixels(), mean, scale, bias[c], y);
        }
      }
    }
  }
}
