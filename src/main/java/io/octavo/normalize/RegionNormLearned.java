package io.octavo.normalize;

import org.jspecify.annotations.Nullable;

/**
 * Learned region normalization, RN-L (Yu et al., "Region Normalization for Image Inpainting",
 * arXiv:1911.10375): the regions come from the images themselves. {@code importance =
 * sigmoid(conv([mean, max]))} of the mean and the largest number over a pixel's channels; the
 * foreground is where it reaches the threshold. Scale {@code 1 + gamma} and shift are convolutions
 * of the importance, one number per pixel. Convolutions keep the size by zeros at the edges. The
 * result for an image depends on the rest of its batch.
 */
public final class RegionNormLearned implements ImageNormalization {
  private final int channels;
  private final PlaneConvolution importance;
  private final PlaneConvolution gamma;
  private final PlaneConvolution beta;
  private final double threshold;
  private final double epsilon;

  private RegionNormLearned(
      int channels,
      PlaneConvolution importance,
      PlaneConvolution gamma,
      PlaneConvolution beta,
      double threshold,
      double epsilon) {
    this.channels = Arguments.width(channels);
    this.importance = importance;
    this.gamma = gamma;
    this.beta = beta;
    this.threshold = threshold;
    this.epsilon = Arguments.epsilon(epsilon);
  }

  /**
   * The layer. The kernels are square, of an odd size (7 or 3 in the published code).
   *
   * @param channels of an image; there are no weights of that length
   * @param convolution {@code sa.conv1.weight}, {@code [1, 2, size, size]}, without a bias
   * @param gammaConvolution {@code sa.gamma_conv.weight}, {@code [1, 1, size, size]}
   * @param gammaBias {@code sa.gamma_conv.bias}
   * @param betaConvolution {@code sa.beta_conv.weight}, {@code [1, 1, size, size]}
   * @param betaBias {@code sa.beta_conv.bias}
   * @param threshold of the importance (0.8 in the published code)
   * @param epsilon at least 0 (1e-5 in the published code)
   * @throws IllegalArgumentException if a kernel is not square and odd, or epsilon is negative
   */
  public static RegionNormLearned of(
      int channels,
      float[] convolution,
      float[] gammaConvolution,
      float gammaBias,
      float[] betaConvolution,
      float betaBias,
      double threshold,
      double epsilon) {
    return new RegionNormLearned(
        channels,
        PlaneConvolution.of(convolution, 2, 0),
        PlaneConvolution.of(gammaConvolution, 1, gammaBias),
        PlaneConvolution.of(betaConvolution, 1, betaBias),
        threshold,
        epsilon);
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public void apply(float[] x, ImageShape shape, float[] y) {
    Arguments.images(x, shape, y, channels);
    int pixels = shape.pixels();
    double[][] importances = new double[shape.batch()][];
    boolean[] foreground = new boolean[shape.batch() * pixels];
    for (int image = 0; image < shape.batch(); image++) {
      double[] map = importance(x, shape, image);
      for (int i = 0; i < pixels; i++) {
        foreground[image * pixels + i] = map[i] >= threshold;
      }
      importances[image] = map;
    }
    RegionMask mask = RegionMask.of(shape.batch(), shape.height(), shape.width(), foreground);
    RegionStatistics statistics = new RegionStatistics(mask, shape, epsilon);
    double[][] gammas = convolve(gamma, importances, shape);
    double[][] betas = convolve(beta, importances, shape);
    for (int c = 0; c < channels; c++) {
      statistics.measure(x, c);
      for (int image = 0; image < shape.batch(); image++) {
        int offset = shape.offset(image, c);
        for (int i = 0; i < pixels; i++) {
          double normalized = statistics.normalized(x[offset + i], image, i);
          y[offset + i] = (float) (normalized * (1 + gammas[image][i]) + betas[image][i]);
        }
      }
    }
  }

  /** How important each pixel of an image is, from 0 to 1. */
  double[] importance(float[] x, ImageShape shape, int image) {
    int pixels = shape.pixels();
    double[] mean = new double[pixels];
    double[] largest = new double[pixels];
    for (int c = 0; c < channels; c++) {
      int offset = shape.offset(image, c);
      for (int i = 0; i < pixels; i++) {
        mean[i] += x[offset + i];
        largest[i] = c == 0 ? x[offset + i] : Math.max(largest[i], x[offset + i]);
      }
    }
    for (int i = 0; i < pixels; i++) {
      mean[i] /= channels;
    }
    double[] map = importance.apply(mean, largest, shape.height(), shape.width());
    for (int i = 0; i < pixels; i++) {
      map[i] = 1 / (1 + Math.exp(-map[i]));
    }
    return map;
  }

  private static double[][] convolve(PlaneConvolution by, double[][] maps, ImageShape shape) {
    double[][] result = new double[maps.length][];
    for (int image = 0; image < maps.length; image++) {
      result[image] = by.apply(maps[image], null, shape.height(), shape.width());
    }
    return result;
  }

  /** A convolution of one or two planes to one of the same size, with zeros around them. */
  private record PlaneConvolution(float[] kernel, int size, double bias) {
    static PlaneConvolution of(float[] kernel, int planes, double bias) {
      int size = (int) Math.round(Math.sqrt((double) kernel.length / planes));
      if (size % 2 == 0 || size * size * planes != kernel.length) {
        throw new IllegalArgumentException(
            kernel.length
                + " weights are no square kernel of an odd size for "
                + planes
                + " planes");
      }
      return new PlaneConvolution(kernel.clone(), size, bias);
    }

    double[] apply(double[] first, double @Nullable [] second, int height, int width) {
      double[] result = new double[height * width];
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          double sum = bias + at(first, 0, row, column, height, width);
          if (second != null) {
            sum += at(second, size * size, row, column, height, width);
          }
          result[row * width + column] = sum;
        }
      }
      return result;
    }

    private double at(double[] plane, int weights, int row, int column, int height, int width) {
      int edge = size / 2;
      double sum = 0;
      for (int r = Math.max(0, row - edge); r <= Math.min(height - 1, row + edge); r++) {
        int from = weights + (r - row + edge) * size + edge - column;
        for (int c = Math.max(0, column - edge); c <= Math.min(width - 1, column + edge); c++) {
          sum += kernel[from + c] * plane[r * width + c];
        }
      }
      return sum;
    }
  }
}
