package io.octavo.kernel;

import java.util.Arrays;

/**
 * What machine code for the products of attention has to pass before it serves: small shapes with
 * rests, compared to the bit with sums in the written order.
 */
final class TileTrial {
  /** Every tile, alone and beside a smaller one. */
  private static final int[] ROWS = {1, 2, 3, 4, 5, 6, 7, 13};

  private static final int MAX_ROWS = 13;
  private static final int DEPTH = 5;
  private static final int STRIDE = 7;
  private static final int WIDTH = PanelMatrix.WIDTH;

  private TileTrial() {}

  /** What differs first, or nothing. */
  static String difference(TileProduct tile) {
    float[] x = numbers(MAX_ROWS * STRIDE, 3);
    float[] panel = numbers(DEPTH * WIDTH, 11);
    for (int rows : ROWS) {
      for (int width = 15; width <= WIDTH; width += 16) {
        float[] sums = new float[rows * WIDTH];
        tile.multiply(x, 0, STRIDE, rows, panel, 0, DEPTH, width, sums, 0, WIDTH);
        for (int row = 0; row < rows; row++) {
          int first = row * WIDTH;
          float[] expected = sums(x, row * STRIDE, panel, width);
          if (!Arrays.equals(Arrays.copyOfRange(sums, first, first + width), expected)) {
            return rows + " rows of " + width + " sums differ from the written order";
          }
        }
      }
    }
    return "";
  }

  private static float[] sums(float[] x, int offset, float[] panel, int width) {
    float[] sums = new float[width];
    for (int k = 0; k < DEPTH; k++) {
      for (int n = 0; n < width; n++) {
        sums[n] = Math.fma(x[offset + k], panel[k * WIDTH + n], sums[n]);
      }
    }
    return sums;
  }

  /** Of both signs, none of them exact. */
  private static float[] numbers(int count, int seed) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (i * seed % 17 - 8) / 7f;
    }
    return numbers;
  }
}
