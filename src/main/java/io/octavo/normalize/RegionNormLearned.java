package io.octavo.normalize;

import java.util.Arrays;
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
    float[][] gammas = new float[shape.batch()][];
    float[][] betas = new float[shape.batch()][];
    for (int image = 0; image < shape.batch(); image++) {
      gammas[image] = floats(gamma.apply(importances[image], null, shape), 1);
      betas[image] = floats(beta.apply(importances[image], null, shape), 0);
    }
    for (int c = 0; c < channels; c++) {
      statistics.measure(x, c);
      for (int image = 0; image < shape.batch(); image++) {
        float[] scales = gammas[image];
        float[] shifts = betas[image];
        statistics.forEach(
            image,
            c,
            (offset, pixel, count, region) ->
                normalize(x, offset, count, statistics, region, scales, shifts, pixel, y));
      }
    }
  }

  private static float[] floats(double[] map, double added) {
    float[] result = new float[map.length];
    for (int i = 0; i < map.length; i++) {
      result[i] = (float) (map[i] + added);
    }
    return result;
  }

  /**
   * A run of a region, by the scales and shifts of its pixels; the mean as {@link Planes} has it.
   */
  private static void normalize(
      float[] x,
      int offset,
      int count,
      RegionStatistics statistics,
      int region,
      float[] scales,
      float[] shifts,
      int pixel,
      float[] y) {
    double mean = statistics.mean(region);
    float high = (float) mean;
    float low = (float) (mean - high);
    float factor = (float) statistics.factor(region);
    for (int i = 0; i < count; i++) {
      float normalized = ((x[offset + i] - high) - low) * factor;
      y[offset + i] = Math.fma(normalized, scales[pixel + i], shifts[pixel + i]);
    }
  }

  /** How important each pixel of an image is, from 0 to 1. */
  double[] importance(float[] x, ImageShape shape, int image) {
    int pixels = shape.pixels();
    double[] mean = new double[pixels];
    double[] largest = new double[pixels];
    for (int c = 0; c < channels; c++) {
      addChannel(x, shape.offset(image, c), c == 0, mean, largest);
    }
    for (int i = 0; i < pixels; i++) {
      mean[i] /= channels;
    }
    double[] map = importance.apply(mean, largest, shape);
    for (int i = 0; i < pixels; i++) {
      map[i] = 1 / (1 + Math.exp(-map[i]));
    }
    return map;
  }

  private static void addChannel(
      float[] x, int offset, boolean first, double[] sum, double[] largest) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += x[offset + i];
    }
    if (first) {
      for (int i = 0; i < largest.length; i++) {
        largest[i] = x[offset + i];
      }
    } else {
      for (int i = 0; i < largest.length; i++) {
        largest[i] = Math.max(largest[i], x[offset + i]);
      }
    }
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

    double[] apply(double[] first, double @Nullable [] second, ImageShape shape) {
      double[] result = new double[first.length];
      Arrays.fill(result, bias);
      add(first, 0, shape, result);
      if (second != null) {
        add(second, size * size, shape, result);
      }
      return result;
    }

    /** Weight by weight, so that the loop within is over the pixels of a row. */
    private void add(double[] plane, int weights, ImageShape shape, double[] result) {
      int width = shape.width();
      for (int down = -(size / 2); down <= size / 2; down++) {
        for (int right = -(size / 2); right <= size / 2; right++) {
          double weight = kernel[weights + (down + size / 2) * size + right + size / 2];
          int begin = Math.max(0, -right);
          int count = Math.min(width, width - right) - begin;
          int lastRow = Math.min(shape.height(), shape.height() - down);
          for (int row = Math.max(0, -down); row < lastRow; row++) {
            int target = row * width + begin;
            addRow(plane, target + down * width + right, weight, result, target, count);
          }
        }
      }
    }

    private static void addRow(
        double[] plane, int from, double weight, double[] result, int to, int count) {
      for (int i = 0; i < count; i++) {
        result[to + i] += weight * plane[from + i];
      }
    }
  }
}
