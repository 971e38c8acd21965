package io.octavo.normalize;

/**
 * The batch-dependent series of EvoNorm (Liu, Brock, Simonyan and Le, arXiv:2004.02967) at
 * inference, normalization and activation in one: {@code y = weight * x / max(sqrt(runningVar +
 * epsilon), d) + bias}, where {@code d} is a function of the pixel and of its channel's statistics
 * within the image. There is no mean and no activation behind it.
 */
public final class EvoNormB implements ImageNormalization {
  private enum Divisor {
    B0,
    B1,
    B2
  }

  private final Divisor divisor;
  private final float[] weight;
  private final float[] bias;
  private final float[] slope;
  private final float[] floor;
  private final double epsilon;

  private EvoNormB(
      Divisor divisor,
      float[] weight,
      float[] bias,
      float[] slope,
      float[] runningVar,
      double epsilon) {
    int channels = Arguments.width(weight.length);
    this.divisor = divisor;
    this.weight = weight.clone();
    this.bias = Arguments.copy("bias", bias, channels);
    this.slope = Arguments.copy("v", slope, channels);
    this.epsilon = Arguments.epsilon(epsilon);
    this.floor = new float[channels];
    float[] ones = Arguments.orElse("ones", null, channels, 1f);
    float[] scale = Arguments.fixedScale("runningVar", ones, runningVar, epsilon);
    for (int c = 0; c < channels; c++) {
      floor[c] = 1 / scale[c];
    }
  }

  /**
   * EvoNorm-B0: {@code d = v * x + sqrt(variance + epsilon)}, the biased variance of the channel in
   * the image.
   *
   * @param weight scale, {@code [channels]}
   * @param bias shift, {@code [channels]}
   * @param v slope, {@code [channels]}
   * @param runningVar the checkpoint's {@code running_var}, {@code [channels]}
   * @param epsilon inside both roots, at least 0 (1e-3 in timm, 1e-5 in the authors' code)
   * @throws IllegalArgumentException if the lengths differ, or epsilon or a variance is negative
   */
  public static EvoNormB b0(
      float[] weight, float[] bias, float[] v, float[] runningVar, double epsilon) {
    return new EvoNormB(Divisor.B0, weight, bias, v, runningVar, epsilon);
  }

  /**
   * EvoNorm-B1: {@code d = (x + 1) * sqrt(meanSquare + epsilon)}, the mean square of the channel in
   * the image; otherwise as {@link #b0}.
   */
  public static EvoNormB b1(float[] weight, float[] bias, float[] runningVar, double epsilon) {
    return new EvoNormB(Divisor.B1, weight, bias, weight, runningVar, epsilon);
  }

  /** EvoNorm-B2: {@code d = sqrt(meanSquare + epsilon) - x}; otherwise as {@link #b1}. */
  public static EvoNormB b2(float[] weight, float[] bias, float[] runningVar, double epsilon) {
    return new EvoNormB(Divisor.B2, weight, bias, weight, runningVar, epsilon);
  }

  @Override
  public int channels() {
    return weight.length;
  }

  @Override
  public void apply(float[] x, ImageShape shape, float[] y) {
    Arguments.images(x, shape, y, weight.length);
    int count = shape.pixels();
    for (int image = 0; image < shape.batch(); image++) {
      for (int c = 0; c < weight.length; c++) {
        int offset = shape.offset(image, c);
        // All three divisors are a line in x: B0 v x + std, B1 rms x + rms, B2 rms - x.
        float root = root(x, offset, count);
        float factor =
            switch (divisor) {
              case B0 -> slope[c];
              case B1 -> root;
              case B2 -> -1f;
            };
        divide(x, offset, count, factor, root, floor[c], weight[c], bias[c], y);
      }
    }
  }

  private float root(float[] x, int offset, int count) {
    double square =
        divisor == Divisor.B0
            ? Planes.variance(x, offset, count, Planes.mean(x, offset, count))
            : Planes.meanSquare(x, offset, count);
    return (float) Math.sqrt(square + epsilon);
  }

  private static void divide(
      float[] x,
      int offset,
      int count,
      float slope,
      float intercept,
      float floor,
      float weight,
      float bias,
      float[] y) {
    for (int i = offset; i < offset + count; i++) {
      float d = Math.max(floor, Math.fma(slope, x[i], intercept));
      y[i] = Math.fma(x[i] / d, weight, bias);
    }
  }
}
