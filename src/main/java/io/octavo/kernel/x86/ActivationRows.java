package io.octavo.kernel.x86;

import io.octavo.kernel.CodeLayout;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.PanelMatrix;
import java.util.Objects;

/**
 * Rows of activations as the code reads them: 4 bytes for each group of inputs, which are codes of
 * a byte, or of two with the low one first. Rows lie behind each other.
 */
final class ActivationRows {
  private ActivationRows() {}

  /** The rows from the beginning of another array, or the same if they are there already. */
  static byte[] of(byte[] x, int xOffset, int rows, PanelMatrix weights, KernelScratch scratch) {
    int inputs = weights.inputs();
    int stride = stride(weights);
    Objects.checkFromIndexSize(xOffset, rows * inputs, x.length);
    if (weights.layout() != CodeLayout.QUADS) {
      byte[] codes = scratch.codes(rows * stride);
      for (int row = 0; row < rows; row++) {
        widen(x, xOffset + row * inputs, codes, row * stride, inputs);
      }
      return codes;
    }
    if (stride == inputs) {
      return x;
    }
    byte[] codes = scratch.codes(rows * stride);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(x, xOffset + row * inputs, codes, row * stride, inputs);
    }
    return codes;
  }

  private static void widen(byte[] x, int from, byte[] target, int to, int count) {
    for (int i = 0; i < count; i++) {
      target[to + Short.BYTES * i] = x[from + i];
      target[to + Short.BYTES * i + 1] = 0;
    }
  }

  /** Bytes from row to row. */
  static int stride(PanelMatrix weights) {
    return weights.layout().groups(weights.inputs()) * CodeTile.GROUP_BYTES;
  }

  /**
   * Where a row's group begins.
   *
   * @param offset of the first row
   * @throws IndexOutOfBoundsException if there are not so many groups of so many rows from there on
   */
  static long at(
      byte[] codes, int offset, PanelMatrix weights, int row, int rows, int group, int groups) {
    int stride = stride(weights);
    int begin = offset + row * stride + group * CodeTile.GROUP_BYTES;
    int bytes = (rows - 1) * stride + groups * CodeTile.GROUP_BYTES;
    return Objects.checkFromIndexSize(begin, bytes, codes.length);
  }
}
