package io.octavo.normalize;

import io.octavo.kernel.Kernels;
import io.octavo.kernel.NormalizationKernel;
import org.jspecify.annotations.Nullable;

/**
 * PowerNorm (Shen, Yao, Gholami, Mahoney and Keutzer, arXiv:2003.07845) at inference. With group
 * scaling, as in the published layer, each contiguous group of features is first divided by the
 * root of its mean square plus epsilon; then {@code y = weight * x / sqrt(runningPhi + epsilon) +
 * bias}. There is no mean and nothing depends on the batch.
 */
public final class PowerNorm implements Normalization {
  private final int width;
  private final float @Nullable [] scale;
  private final float @Nullable [] bias;
  private final int groups;
  private final double epsilon;

  private PowerNorm(
      int width, float @Nullable [] scale, float @Nullable [] bias, int groups, double epsilon) {
    this.width = Arguments.width(width);
    this.scale = scale;
    this.bias = bias;
    this.groups = groups;
    this.epsilon = Arguments.epsilon(epsilon);
  }

  /**
   * The layer without group scaling: a fixed map of each feature.
   *
   * @param weight scale, {@code [width]}
   * @param bias shift, {@code [width]}
   * @param runningPhi the checkpoint's {@code running_phi}, {@code [width]}: a mean square
   * @param epsilon at least 0 (1e-5 in the published code)
   * @throws IllegalArgumentException if the lengths differ, or epsilon or a mean square is negative
   */
  public static PowerNorm of(float[] weight, float[] bias, float[] runningPhi, double epsilon) {
    return create(weight, bias, runningPhi, 0, epsilon);
  }

  /**
   * The published layer.
   *
   * @param weight scale, {@code [width]}
   * @param bias shift, {@code [width]}
   * @param runningPhi the checkpoint's {@code running_phi}, {@code [width]}: a mean square
   * @param groups of equal size; 1 by default there, the attention heads in translation models
   * @param epsilon of both steps, at least 0
   * @throws IllegalArgumentException if the lengths differ, epsilon or a mean square is negative,
   *     or the groups do not divide the width
   */
  public static PowerNorm withGroups(
      float[] weight, float[] bias, float[] runningPhi, int groups, double epsilon) {
    return create(weight, bias, runningPhi, Arguments.groups(groups, weight.length), epsilon);
  }

  /** Group scaling alone: what remains once the rest is folded into the next linear layer. */
  public static PowerNorm groupScaling(int width, int groups, double epsilon) {
    return folded(width, null, null, Arguments.groups(groups, width), epsilon);
  }

  /**
   * What remains of the layer once its statistic has gone into its scale, and its weights perhaps
   * into the next linear layer.
   *
   * @param width features of a token
   * @param scale {@code weight / sqrt(runningPhi + epsilon)}, or null for ones
   * @param bias shift, or null for none
   * @param groups of the group scaling; 0 for none
   * @param epsilon of the group scaling, at least 0
   * @throws IllegalArgumentException if the lengths differ, epsilon is negative, or the groups do
   *     not divide the width
   */
  public static PowerNorm folded(
      int width, float @Nullable [] scale, float @Nullable [] bias, int groups, double epsilon) {
    return new PowerNorm(
        width,
        scale == null ? null : Arguments.copy("scale", scale, width),
        bias == null ? null : Arguments.copy("bias", bias, width),
        groups == 0 ? 0 : Arguments.groups(groups, width),
        epsilon);
  }

  private static PowerNorm create(
      float[] weight, float[] bias, float[] runningPhi, int groups, double epsilon) {
    int width = weight.length;
    float[] scale =
        Arguments.fixedScale("runningPhi", weight, runningPhi, Arguments.epsilon(epsilon));
    return new PowerNorm(width, scale, Arguments.copy("bias", bias, width), groups, epsilon);
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void apply(float[] x, int xOffset, int tokens, float[] y, int yOffset) {
    NormalizationKernel kernel = Kernels.normalization();
    if (groups == 0) {
      kernel.scale(x, xOffset, tokens, width, 1f, scale, bias, y, yOffset);
      return;
    }
    // A group is divided by the root of its mean square, as a row of RMSNorm is.
    int groupWidth = width / groups;
    kernel.groupedRmsNorm(x, xOffset, tokens, groups, groupWidth, scale, bias, epsilon, y, yOffset);
  }
}
