package io.octavo.normalize;

/**
 * Images with channels, {@code [batch, channels, height, width]} row-major: a channel of an image
 * is a run of {@link #pixels()} numbers.
 *
 * @param batch images, at least 1
 * @param channels at least 1
 * @param height rows of a channel, at least 1
 * @param width numbers of such a row, at least 1
 */
public record ImageShape(int batch, int channels, int height, int width) {
  /** Refuses empty shapes and those that no array can hold. */
  public ImageShape {
    if (batch < 1 || channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "[" + batch + ", " + channels + ", " + height + ", " + width + "] is empty");
    }
    if ((double) batch * channels * height * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "[" + batch + ", " + channels + ", " + height + ", " + width + "] is too large");
    }
  }

  /** Numbers of a channel of an image. */
  public int pixels() {
    return height * width;
  }

  /** Numbers of all images. */
  public int size() {
    return batch * channels * height * width;
  }

  /** Where channel {@code channel} of image {@code image} begins. */
  public int offset(int image, int channel) {
    return (image * channels + channel) * pixels();
  }
}
