package io.octavo.normalize;

/**
 * alpha-BN ("Test-time Batch Normalization"): batch normalization at inference whose statistics are
 * mixed from the checkpoint's and the batch's, {@code mean = (1 - alpha) * runningMean + alpha *
 * batchMean} and the same of the variance, the batch's being unbiased. With {@code alpha} 0 it is
 * {@link BatchNorm}. The result for an image depends on the rest of its batch.
 */
public final class AlphaBatchNorm implements ImageNormalization {
  private final double alpha;
  private final float[] weight;
  private final float[] bias;
  private final float[] runningMean;
  private final float[] runningVar;
  private final double epsilon;

  private AlphaBatchNorm(
      double alpha,
      float[] weight,
      float[] bias,
      float[] runningMean,
      float[] runningVar,
      double epsilon) {
    this.alpha = alpha;
    this.weight = weight.clone();
    this.bias = Arguments.copy("bias", bias, weight.length);
    this.runningMean = Arguments.copy("runningMean", runningMean, weight.length);
    this.runningVar = runningVar.clone();
    this.epsilon = epsilon;
  }

  /**
   * The layer.
   *
   * @param alpha weight of the batch, from 0 to 1 (0.1 in the published code)
   * @param weight scale, {@code [channels]}
   * @param bias shift, {@code [channels]}
   * @param runningMean the checkpoint's {@code running_mean}, {@code [channels]}
   * @param runningVar the checkpoint's {@code running_var}, {@code [channels]}
   * @param epsilon inside the root, at least 0
   * @throws IllegalArgumentException if the lengths differ, epsilon or a variance is negative, or
   *     alpha is not from 0 to 1
   */
  public static AlphaBatchNorm of(
      double alpha,
      float[] weight,
      float[] bias,
      float[] runningMean,
      float[] runningVar,
      double epsilon) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha is " + alpha + ", not from 0 to 1");
    }
    Arguments.width(weight.length);
    Arguments.fixedScale("runningVar", weight, runningVar, Arguments.epsilon(epsilon));
    return new AlphaBatchNorm(alpha, weight, bias, runningMean, runningVar, epsilon);
  }

  @Override
  public int channels() {
    return weight.length;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also if alpha is above 0 and a channel has a single number,
   *     which has no unbiased variance
   */
  @Override
  public void apply(float[] x, ImageShape shape, float[] y) {
    Arguments.images(x, shape, y, weight.length);
    long count = (long) shape.batch() * shape.pixels();
    if (alpha > 0 && count < 2) {
      throw new IllegalArgumentException("A channel of one number has no unbiased variance");
    }
    for (int c = 0; c < weight.length; c++) {
      double mean = runningMean[c];
      double variance = runningVar[c];
      if (alpha > 0) {
        double batchMean = batchMean(x, shape, c);
        mean = (1 - alpha) * mean + alpha * batchMean;
        double squares = batchSquares(x, shape, c, batchMean);
        variance = (1 - alpha) * variance + alpha * squares / (count - 1);
      }
      float scale = (float) (weight[c] / Math.sqrt(variance + epsilon));
      for (int image = 0; image < shape.batch(); image++) {
        Planes.affine(x, shape.offset(image, c), shape.pixels(), mean, scale, bias[c], y);
      }
    }
  }

  private static double batchMean(float[] x, ImageShape shape, int channel) {
    double sum = 0;
    for (int image = 0; image < shape.batch(); image++) {
      sum += Planes.mean(x, shape.offset(image, channel), shape.pixels());
    }
    return sum / shape.batch();
  }

  private static double batchSquares(float[] x, ImageShape shape, int channel, double mean) {
    double sum = 0;
    for (int image = 0; image < shape.batch(); image++) {
      sum += Planes.variance(x, shape.offset(image, channel), shape.pixels(), mean);
    }
    return sum * shape.pixels();
  }
}
