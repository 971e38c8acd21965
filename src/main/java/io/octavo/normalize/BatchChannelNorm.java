package io.octavo.normalize;

/**
 * Batch-channel normalization (Qiao, Wang, Liu, Shen and Yuille, "Rethinking Normalization and
 * Elimination Singularity in Neural Networks", arXiv:1911.09738) at inference: batch normalization
 * with the checkpoint's statistics, then group normalization with a scale and a shift per group.
 * Checkpoints whose batch statistics were estimated ({@code estbn_moving_speed}) hold running
 * statistics like any other and are used in the same way.
 */
public final class BatchChannelNorm implements ImageNormalization {
  private final BatchNorm inner;
  private final GroupNorm outer;

  private BatchChannelNorm(BatchNorm inner, GroupNorm outer) {
    this.inner = inner;
    this.outer = outer;
  }

  /**
   * The layer.
   *
   * @param inner the layer's batch normalization ({@code bn})
   * @param groupWeight scale, {@code [groups]}; published layers have 32 groups
   * @param groupBias shift, {@code [groups]}
   * @param epsilon of the group normalization, at least 0
   * @throws IllegalArgumentException if the lengths differ, epsilon is negative, or the groups do
   *     not divide the channels
   */
  public static BatchChannelNorm of(
      BatchNorm inner, float[] groupWeight, float[] groupBias, double epsilon) {
    return new BatchChannelNorm(
        inner, GroupNorm.withGroupAffine(inner.channels(), groupWeight, groupBias, epsilon));
  }

  @Override
  public int channels() {
    return inner.channels();
  }

  @Override
  public void apply(float[] x, ImageShape shape, float[] y) {
    inner.apply(x, shape, y);
    outer.apply(y, shape, y);
  }
}
