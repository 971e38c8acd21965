package io.octavo.normalize;

/**
 * Region normalization without weights (Yu et al., "Region Normalization for Image Inpainting",
 * arXiv:1911.10375): within each channel, the pixels of a region are normalized by the mean and the
 * biased variance of that region over the whole batch, {@code (x - mean) / sqrt(variance + epsilon
 * * all / own)} with the numbers of all pixels and of the region's own. That factor of epsilon is
 * what the published code comes to, which normalizes the region within a plane filled with its mean
 * and scales the result.
 */
final class RegionStatistics {
  private final RegionMask mask;
  private final ImageShape shape;
  private final double epsilon;
  private final double[] means = new double[2];
  private final double[] factors = new double[2];

  RegionStatistics(RegionMask mask, ImageShape shape, double epsilon) {
    if (mask.batch() != shape.batch()) {
      throw new IllegalArgumentException(
          "Masks for " + mask.batch() + " images, and " + shape.batch() + " images");
    }
    this.mask = mask;
    this.shape = shape;
    this.epsilon = epsilon;
  }

  /** Makes {@link #normalized} that of a channel of {@code x}. */
  void measure(float[] x, int channel) {
    double[] sums = new double[2];
    double[] squares = new double[2];
    int all = shape.batch() * shape.pixels();
    int foreground = mask.count();
    int[] own = {Math.max(1, all - foreground), Math.max(1, foreground)};
    for (int image = 0; image < shape.batch(); image++) {
      int offset = shape.offset(image, channel);
      for (int i = 0; i < shape.pixels(); i++) {
        sums[region(image, i)] += x[offset + i];
      }
    }
    for (int region = 0; region < 2; region++) {
      means[region] = sums[region] / own[region];
    }
    for (int image = 0; image < shape.batch(); image++) {
      int offset = shape.offset(image, channel);
      for (int i = 0; i < shape.pixels(); i++) {
        int region = region(image, i);
        double distance = x[offset + i] - means[region];
        squares[region] += distance * distance;
      }
    }
    for (int region = 0; region < 2; region++) {
      double variance = squares[region] / own[region];
      factors[region] = 1 / Math.sqrt(variance + epsilon * all / own[region]);
    }
  }

  /** A number of the channel, normalized within its region. */
  double normalized(float value, int image, int pixel) {
    int region = region(image, pixel);
    return (value - means[region]) * factors[region];
  }

  /** 1 in the foreground, 0 in the background. */
  int region(int image, int pixel) {
    return mask.foreground(image, pixel) ? 1 : 0;
  }
}
