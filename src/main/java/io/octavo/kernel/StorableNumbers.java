package io.octavo.kernel;

import io.octavo.tensor.DType;

/** Which numbers can be stored in a type: those that stay finite. */
public final class StorableNumbers {
  private static final int[] NO_COLUMNS = {};

  private StorableNumbers() {}

  /**
   * The index, from {@code offset}, of the first of {@code count} numbers that would not stay
   * finite in {@code type}, or -1 if there is none.
   */
  public static int firstBeyond(DType type, float[] numbers, int offset, int count) {
    float limit = type == DType.F16 ? DType.HALF_OVERFLOW : Float.POSITIVE_INFINITY;
    float[] largest = new float[1];
    // A kernel finds the largest long before C2 has compiled the loop below.
    Kernels.weightQuantization().scan(numbers, offset, count, Float.NaN, NO_COLUMNS, largest, 0);
    if (largest[0] < limit) {
      return -1;
    }
    int i = 0;
    while (i < count && Math.abs(numbers[offset + i]) < limit) {
      i++;
    }
    return i < count ? i : -1;
  }
}
