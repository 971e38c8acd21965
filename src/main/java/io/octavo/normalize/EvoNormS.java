package io.octavo.normalize;

import io.octavo.kernel.Activation;
import io.octavo.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * The sample-dependent series of EvoNorm (Liu, Brock, Simonyan and Le, arXiv:2004.02967),
 * normalization and activation in one: {@code y = weight * x * sigmoid(v * x) / d + bias}, where
 * {@code d} comes from a group of neighbouring channels of the image. Nothing depends on the batch.
 */
public final class EvoNormS implements ImageNormalization {
  /** Pixels that are gated at a time. */
  private static final int RUN = 1024;

  private final int groups;
  private final float[] weight;
  private final float[] bias;
  private final float @Nullable [] slope;
  private final boolean centered;
  private final double epsilon;

  private EvoNormS(
      int groups,
      float[] weight,
      float[] bias,
      float @Nullable [] slope,
      boolean centered,
      double epsilon) {
    int channels = Arguments.width(weight.length);
    this.groups = Arguments.groups(groups, channels);
    this.weight = weight.clone();
    this.bias = Arguments.copy("bias", bias, channels);
    this.slope = slope == null ? null : Arguments.copy("v", slope, channels);
    this.centered = centered;
    this.epsilon = Arguments.epsilon(epsilon);
  }

  /**
   * EvoNorm-S0: {@code d = sqrt(variance + epsilon)}, the biased variance of the group.
   *
   * @param groups of equal size (32 in published models)
   * @param weight scale, {@code [channels]}
   * @param bias shift, {@code [channels]}
   * @param v slope of the gate, {@code [channels]}
   * @param epsilon inside the root, at least 0 (1e-5 in published code)
   * @throws IllegalArgumentException if the lengths differ, epsilon is negative, or the groups do
   *     not divide the channels
   */
  public static EvoNormS s0(int groups, float[] weight, float[] bias, float[] v, double epsilon) {
    return new EvoNormS(groups, weight, bias, v, true, epsilon);
  }

  /** EvoNorm-S1: as {@link #s0} with a gate of {@code sigmoid(x)}. */
  public static EvoNormS s1(int groups, float[] weight, float[] bias, double epsilon) {
    return new EvoNormS(groups, weight, bias, null, true, epsilon);
  }

  /** EvoNorm-S2: as {@link #s1} with {@code d} the root of the group's mean square and epsilon. */
  public static EvoNormS s2(int groups, float[] weight, float[] bias, double epsilon) {
    return new EvoNormS(groups, weight, bias, null, false, epsilon);
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
    float[] gate = new float[slope == null ? 0 : Math.min(RUN, shape.pixels())];
    for (int image = 0; image < shape.batch(); image++) {
      for (int first = 0; first < weight.length; first += channels) {
        int group = shape.offset(image, first);
        double mean = centered ? Planes.mean(x, group, count) : 0;
        double root = Math.sqrt(Planes.variance(x, group, count, mean) + epsilon);
        for (int c = first; c < first + channels; c++) {
          int offset = shape.offset(image, c);
          activate(x, offset, shape.pixels(), c, gate, y);
          Planes.affine(y, offset, shape.pixels(), 0, (float) (weight[c] / root), bias[c], y);
        }
      }
    }
  }

  /** {@code y = x * sigmoid(v * x)}. */
  private void activate(float[] x, int offset, int count, int channel, float[] gate, float[] y) {
    if (slope == null) {
      System.arraycopy(x, offset, y, offset, count);
      Activation.SILU.apply(y, offset, count);
      return;
    }
    for (int from = 0; from < count; from += gate.length) {
      int run = Math.min(gate.length, count - from);
      int at = offset + from;
      Kernels.normalization().scale(x, at, 1, run, slope[channel], null, null, gate, 0);
      Kernels.activation().applyGated(Activation.SIGMOID, gate, 0, x, at, run);
      System.arraycopy(gate, 0, y, at, run);
    }
  }
}
