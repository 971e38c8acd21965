package io.octavo.normalize;

import io.octavo.kernel.Kernels;

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
  private final int[][] runs;
  private final double[] means = new double[2];
  private final double[] factors = new double[2];

  /** Takes a run of pixels of one region, at its place in the images. */
  interface Run {
    /**
     * A run.
     *
     * @param offset of its first number in the images
     * @param pixel the first one's place in its image, counted by rows
     * @param count how many
     * @param region 1 in the foreground, 0 in the background
     */
    void accept(int offset, int pixel, int count, int region);
  }

  RegionStatistics(RegionMask mask, ImageShape shape, double epsilon) {
    if (mask.batch() != shape.batch()) {
      throw new IllegalArgumentException(
          "Masks for " + mask.batch() + " images, and " + shape.batch() + " images");
    }
    this.mask = mask;
    this.shape = shape;
    this.epsilon = epsilon;
    this.runs = new int[shape.batch()][];
    for (int image = 0; image < runs.length; image++) {
      runs[image] = mask.runs(image);
    }
  }

  /** Makes {@link #mean} and {@link #factor} those of a channel of {@code x}. */
  void measure(float[] x, int channel) {
    double[] sums = new double[2];
    double[] squares = new double[2];
    int all = shape.batch() * shape.pixels();
    int foreground = mask.count();
    int[] own = {Math.max(1, all - foreground), Math.max(1, foreground)};
    for (int image = 0; image < runs.length; image++) {
      forEach(
          image,
          channel,
          (offset, pixel, count, region) ->
              sums[region] += Kernels.normalization().sum(x, offset, count));
    }
    for (int region = 0; region < 2; region++) {
      means[region] = sums[region] / own[region];
    }
    for (int image = 0; image < runs.length; image++) {
      forEach(
          image,
          channel,
          (offset, pixel, count, region) ->
              squares[region] +=
                  Kernels.normalization().sumOfSquares(x, offset, count, means[region]));
    }
    for (int region = 0; region < 2; region++) {
      double variance = squares[region] / own[region];
      factors[region] = 1 / Math.sqrt(variance + epsilon * all / own[region]);
    }
  }

  /** Hands out the runs of an image's channel, one behind the other. */
  void forEach(int image, int channel, Run run) {
    int[] begins = runs[image];
    int offset = shape.offset(image, channel);
    int region = mask.foreground(image, 0) ? 1 : 0;
    for (int i = 1; i < begins.length; i++) {
      int begin = begins[i - 1];
      run.accept(offset + begin, begin, begins[i] - begin, region);
      region = 1 - region;
    }
  }

  /** The mean of a region in the channel that was measured. */
  double mean(int region) {
    return means[region];
  }

  /** What a region's distances from its mean are multiplied with. */
  double factor(int region) {
    return factors[region];
  }
}
