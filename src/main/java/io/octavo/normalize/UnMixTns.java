package io.octavo.normalize;

/**
 * UnMix-TNS ("Un-Mixing Test-Time Normalization Statistics", ICLR 2024): an image's own statistics
 * are mixed with those of some components, more with those whose means look like its own, {@code p
 * = softmax(cos(imageMean, componentMean) / 0.07)}. The image is normalized by the mixture's mean
 * and total variance (the mean of variances plus the variance of means); then the components move
 * towards the batch.
 *
 * <p>The output is computed from the state as it was before the batch. {@link #apply} changes the
 * {@link UnMixState} that the layer was given, so that results depend on the images seen before,
 * which is this method's purpose, and a layer is for one thread at a time.
 */
public final class UnMixTns implements ImageNormalization {
  private static final double TEMPERATURE = 0.07;
  private static final double SMALLEST_NORM = 1e-12;

  private final float[] weight;
  private final float[] bias;
  private final double epsilon;
  private final double momentum;
  private final UnMixState state;

  private UnMixTns(
      float[] weight, float[] bias, double epsilon, double momentum, UnMixState state) {
    this.weight = weight;
    this.bias = bias;
    this.epsilon = epsilon;
    this.momentum = momentum;
    this.state = state;
  }

  /**
   * The layer.
   *
   * @param weight the batch normalization's scale, {@code [channels]}
   * @param bias its shift, {@code [channels]}
   * @param epsilon its epsilon, at least 0
   * @param momentum how far the components move for a batch, from 0 to 1; see {@link #momentum}
   * @param state the components, which {@link #apply} changes
   * @throws IllegalArgumentException if the lengths differ, or epsilon or momentum is out of range
   */
  public static UnMixTns of(
      float[] weight, float[] bias, double epsilon, double momentum, UnMixState state) {
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException("The momentum is " + momentum + ", not from 0 to 1");
    }
    return new UnMixTns(
        Arguments.copy("weight", weight, state.channels()),
        Arguments.copy("bias", bias, state.channels()),
        Arguments.epsilon(epsilon),
        momentum,
        state);
  }

  /**
   * The momentum of the published code for batches of some size, {@code 1 - (1 -
   * batchNormMomentum)^(batch / 64)}.
   */
  public static double momentum(double batchNormMomentum, int batch) {
    return 1 - Math.pow(1 - batchNormMomentum, batch / 64.0);
  }

  @Override
  public int channels() {
    return weight.length;
  }

  /** The components as they are now. */
  public UnMixState state() {
    return state;
  }

  @Override
  public void apply(float[] x, ImageShape shape, float[] y) {
    Arguments.images(x, shape, y, weight.length);
    int batch = shape.batch();
    double[][] means = new double[batch][weight.length];
    double[][] variances = new double[batch][weight.length];
    double[][] shares = new double[batch][];
    for (int image = 0; image < batch; image++) {
      for (int c = 0; c < weight.length; c++) {
        int offset = shape.offset(image, c);
        means[image][c] = Planes.mean(x, offset, shape.pixels());
        variances[image][c] = Planes.variance(x, offset, shape.pixels(), means[image][c]);
      }
      shares[image] = shares(means[image]);
      for (int c = 0; c < weight.length; c++) {
        normalize(x, shape, image, c, means[image][c], variances[image][c], shares[image], y);
      }
    }
    update(means, variances, shares);
  }

  /** How much each component takes from an image of these channel means; they add up to 1. */
  double[] shares(double[] mean) {
    double[] shares = new double[state.components()];
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < shares.length; k++) {
      shares[k] = cosine(mean, state.mean(k)) / TEMPERATURE;
      largest = Math.max(largest, shares[k]);
    }
    double sum = 0;
    for (int k = 0; k < shares.length; k++) {
      shares[k] = Math.exp(shares[k] - largest);
      sum += shares[k];
    }
    for (int k = 0; k < shares.length; k++) {
      shares[k] /= sum;
    }
    return shares;
  }

  private static double cosine(double[] a, double[] b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int c = 0; c < a.length; c++) {
      product += a[c] * b[c];
      squaresA += a[c] * a[c];
      squaresB += b[c] * b[c];
    }
    return product
        / Math.max(Math.sqrt(squaresA), SMALLEST_NORM)
        / Math.max(Math.sqrt(squaresB), SMALLEST_NORM);
  }

  private void normalize(
      float[] x,
      ImageShape shape,
      int image,
      int c,
      double ownMean,
      double ownVariance,
      double[] shares,
      float[] y) {
    int components = shares.length;
    double mean = 0;
    double variance = 0;
    for (int k = 0; k < components; k++) {
      mean += mixed(state.mean(k)[c], ownMean, shares[k]) / components;
      variance += mixed(state.variance(k)[c], ownVariance, shares[k]) / components;
    }
    for (int k = 0; k < components; k++) {
      double distance = mixed(state.mean(k)[c], ownMean, shares[k]) - mean;
      variance += distance * distance / components;
    }
    float scale = (float) (weight[c] / Math.sqrt(variance + epsilon));
    Planes.affine(x, shape.offset(image, c), shape.pixels(), mean, scale, bias[c], y);
  }

  private static double mixed(double component, double own, double share) {
    return (1 - share) * component + share * own;
  }

  private void update(double[][] means, double[][] variances, double[][] shares) {
    int batch = means.length;
    for (int k = 0; k < state.components(); k++) {
      double[] mean = state.mean(k);
      double[] variance = state.variance(k);
      for (int c = 0; c < mean.length; c++) {
        double meanStep = 0;
        double varianceStep = 0;
        for (int image = 0; image < batch; image++) {
          meanStep += shares[image][k] * (means[image][c] - mean[c]);
          varianceStep += shares[image][k] * (variances[image][c] - variance[c]);
        }
        mean[c] += momentum * meanStep / batch;
        variance[c] += momentum * varianceStep / batch;
      }
    }
  }
}
