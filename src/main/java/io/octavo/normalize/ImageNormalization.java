package io.octavo.normalize;

/**
 * A normalization of the channels of images at inference, in float32 with statistics summed in
 * double.
 *
 * <p>Immutable, and safe for any number of threads, but for {@link UnMixTns}. Region normalization
 * with a given mask, {@link RegionNormBasic}, stands beside this interface: it needs the mask, too.
 */
public sealed interface ImageNormalization
    permits BatchNorm,
        GroupNorm,
        BatchChannelNorm,
        EvoNormB,
        EvoNormS,
        RegionNormLearned,
        AlphaBatchNorm,
        UnMixTns {
  /** Channels of an image. */
  int channels();

  /**
   * Normalizes images from the beginning of {@code x} to the beginning of {@code y}, which may be
   * the same array.
   *
   * @throws IllegalArgumentException if the shape has other channels
   * @throws IndexOutOfBoundsException if an array is shorter than the shape
   */
  void apply(float[] x, ImageShape shape, float[] y);
}
