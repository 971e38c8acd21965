package io.octavo.normalize;

/**
 * Basic region normalization, RN-B (Yu et al., "Region Normalization for Image Inpainting",
 * arXiv:1911.10375): foreground and background of a given mask are normalized by themselves, over
 * the whole batch. The scale {@code 1 + gamma} is that of the pixel's region, while <em>both</em>
 * shifts are added everywhere, as in the published code. There are no stored statistics; the result
 * for an image depends on the rest of its batch.
 *
 * <p>Immutable, and safe for any number of threads.
 */
public final class RegionNormBasic {
  private final float[][] gammas;
  private final float[] shift;
  private final double epsilon;

  private RegionNormBasic(float[][] gammas, float[] shift, double epsilon) {
    this.gammas = gammas;
    this.shift = shift;
    this.epsilon = Arguments.epsilon(epsilon);
  }

  /**
   * The layer.
   *
   * @param foregroundGamma scale minus 1, {@code [channels]}, in the foreground
   * @param foregroundBeta shift, {@code [channels]}
   * @param backgroundGamma scale minus 1, {@code [channels]}, in the background
   * @param backgroundBeta another shift, {@code [channels]}
   * @param epsilon at least 0 (1e-5 in the published code)
   * @throws IllegalArgumentException if the lengths differ or epsilon is negative
   */
  public static RegionNormBasic of(
      float[] foregroundGamma,
      float[] foregroundBeta,
      float[] backgroundGamma,
      float[] backgroundBeta,
      double epsilon) {
    int channels = Arguments.width(foregroundGamma.length);
    float[] shift = Arguments.copy("foregroundBeta", foregroundBeta, channels);
    Arguments.copy("backgroundBeta", backgroundBeta, channels);
    for (int c = 0; c < channels; c++) {
      shift[c] += backgroundBeta[c];
    }
    float[][] gammas = {
      Arguments.copy("backgroundGamma", backgroundGamma, channels), foregroundGamma.clone()
    };
    return new RegionNormBasic(gammas, shift, epsilon);
  }

  /** Channels of an image. */
  public int channels() {
    return shift.length;
  }

  /**
   * Normalizes images from the beginning of {@code x} to the beginning of {@code y}, which may be
   * the same array.
   *
   * @param mask the regions, at any size; it is resized by the nearest neighbour
   * @throws IllegalArgumentException if the shape has other channels, or the mask other images
   * @throws IndexOutOfBoundsException if an array is shorter than the shape
   */
  public void apply(float[] x, ImageShape shape, RegionMask mask, float[] y) {
    Arguments.images(x, shape, y, shift.length);
    RegionMask resized = mask.resizedTo(shape.height(), shape.width());
    RegionStatistics statistics = new RegionStatistics(resized, shape, epsilon);
    for (int c = 0; c < shift.length; c++) {
      int channel = c;
      statistics.measure(x, channel);
      for (int image = 0; image < shape.batch(); image++) {
        statistics.forEach(
            image,
            channel,
            (offset, pixel, count, region) -> {
              double scale = statistics.factor(region) * (1 + (double) gammas[region][channel]);
              Planes.affine(
                  x, offset, count, statistics.mean(region), (float) scale, shift[channel], y);
            });
      }
    }
  }
}
