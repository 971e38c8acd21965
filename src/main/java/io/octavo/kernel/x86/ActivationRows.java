package io.octavo.kernel.x86;

import io.octavo.kernel.CodeLayout;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Rows of activations as the code reads them: 4 bytes for each group of inputs.
 *
 * @param data codes
 * @param offset of the first row, in bytes
 * @param stride bytes from row to row
 */
record ActivationRows(MemorySegment data, long offset, long stride) {
  static ActivationRows of(
      byte[] x, int xOffset, int rows, PanelMatrix weights, KernelScratch scratch) {
    int inputs = weights.inputs();
    int group = weights.layout().group();
    int padded = weights.layout().groups(inputs) * group;
    Objects.checkFromIndexSize(xOffset, rows * inputs, x.length);
    if (weights.layout() == CodeLayout.QUADS && padded == inputs) {
      return new ActivationRows(MemorySegment.ofArray(x), xOffset, inputs);
    }
    if (weights.layout() == CodeLayout.QUADS) {
      byte[] codes = scratch.codes(rows * padded);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(x, xOffset + row * inputs, codes, row * padded, inputs);
      }
      return new ActivationRows(MemorySegment.ofArray(codes), 0, padded);
    }
    short[] codes = scratch.wideCodes(rows * padded);
    for (int row = 0; row < rows; row++) {
      widen(x, xOffset + row * inputs, codes, row * padded, inputs);
    }
    return new ActivationRows(MemorySegment.ofArray(codes), 0, (long) padded * Short.BYTES);
  }

  private static void widen(byte[] x, int from, short[] target, int to, int count) {
    for (int i = 0; i < count; i++) {
      target[to + i] = (short) (x[from + i] & 0xFF);
    }
  }

  /** So many groups of so many rows. */
  MemorySegment rows(int row, int rows, int group, int groups) {
    return data.asSlice(
        offset + row * stride + (long) group * CodeTile.GROUP_BYTES,
        (rows - 1) * stride + (long) groups * CodeTile.GROUP_BYTES);
  }
}
