package io.octavo.normalize;

import io.octavo.kernel.Kernels;

/** Sweeps over runs of pixels: a channel of an image, or a group of neighbouring channels. */
final class Planes {
  private Planes() {}

  static double mean(float[] x, int offset, int count) {
    return Kernels.normalization().sum(x, offset, count) / count;
  }

  /** The biased variance about {@code mean}. */
  static double variance(float[] x, int offset, int count, double mean) {
    return Kernels.normalization().sumOfSquares(x, offset, count, mean) / count;
  }

  static double meanSquare(float[] x, int offset, int count) {
    return Kernels.normalization().sumOfSquares(x, offset, count) / count;
  }

  /**
   * {@code y = (x - mean) * scale + shift} over a run that is at {@code offset} in both. The mean
   * is split in two floats, as in LayerNorm, so that one far above the spread costs no digits.
   */
  static void affine(
      float[] x, int offset, int count, double mean, float scale, float shift, float[] y) {
    float high = (float) mean;
    float low = (float) (mean - high);
    for (int i = offset; i < offset + count; i++) {
      y[i] = Math.fma((x[i] - high) - low, scale, shift);
    }
  }
}
