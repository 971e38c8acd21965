package io.octavo.normalize;

import java.util.Arrays;

/**
 * Which pixels of each image are in the foreground, {@code [batch, height, width]}.
 *
 * <p>Immutable.
 */
public final class RegionMask {
  private final int batch;
  private final int height;
  private final int width;
  private final boolean[] foreground;

  private RegionMask(int batch, int height, int width, boolean[] foreground) {
    this.batch = batch;
    this.height = height;
    this.width = width;
    this.foreground = foreground;
  }

  /**
   * A mask.
   *
   * @param batch images, at least 1
   * @param height rows, at least 1
   * @param width pixels of a row, at least 1
   * @param foreground true in the foreground, row-major; a copy is kept
   * @throws IllegalArgumentException if there are not as many values
   */
  public static RegionMask of(int batch, int height, int width, boolean[] foreground) {
    if (new ImageShape(batch, 1, height, width).size() != foreground.length) {
      throw new IllegalArgumentException(
          foreground.length + " values are no mask [" + batch + ", " + height + ", " + width + "]");
    }
    return new RegionMask(batch, height, width, foreground.clone());
  }

  /** This mask at another size by the nearest neighbour: from index {@code i * in / out}. */
  public RegionMask resizedTo(int newHeight, int newWidth) {
    if (newHeight == height && newWidth == width) {
      return this;
    }
    boolean[] result = new boolean[new ImageShape(batch, 1, newHeight, newWidth).size()];
    int i = 0;
    for (int image = 0; image < batch; image++) {
      for (int row = 0; row < newHeight; row++) {
        int from = (image * height + (int) ((long) row * height / newHeight)) * width;
        for (int column = 0; column < newWidth; column++) {
          result[i++] = foreground[from + (int) ((long) column * width / newWidth)];
        }
      }
    }
    return new RegionMask(batch, newHeight, newWidth, result);
  }

  /** The images. */
  public int batch() {
    return batch;
  }

  /** Whether pixel {@code pixel} of image {@code image}, counted by rows, is in the foreground. */
  public boolean foreground(int image, int pixel) {
    return foreground[image * height * width + pixel];
  }

  /**
   * Where runs of pixels of one region begin in an image, counted by rows, and where the last ends:
   * the first begins with pixel 0, and regions alternate.
   */
  int[] runs(int image) {
    int pixels = height * width;
    int[] begins = new int[pixels + 1];
    int count = 1;
    for (int pixel = 1; pixel < pixels; pixel++) {
      if (foreground(image, pixel) != foreground(image, pixel - 1)) {
        begins[count++] = pixel;
      }
    }
    begins[count++] = pixels;
    return Arrays.copyOf(begins, count);
  }

  /** How many pixels of all images are in the foreground. */
  public int count() {
    int count = 0;
    for (boolean value : foreground) {
      count += value ? 1 : 0;
    }
    return count;
  }
}
