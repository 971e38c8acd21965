package io.octavo.tensor;

/** Runs of numbers in 16 bits, {@link DType#F16} or {@link DType#BF16}, from and to floats. */
public final class Halves {
  private Halves() {}

  /** {@code target[offset + i]} is the exact value of {@code halves[i]}. */
  public static void widen(DType type, short[] halves, int count, float[] target, int offset) {
    switch (type) {
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.float16ToFloat(halves[i]);
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = BFloat16.toFloat(halves[i]);
        }
      }
      default -> throw notHalf(type);
    }
  }

  /** {@code halves[i]} is {@code values[i]} rounded to nearest, ties to even. */
  public static void round(DType type, float[] values, int count, short[] halves) {
    switch (type) {
      case F16 -> {
        for (int i = 0; i < count; i++) {
          halves[i] = Float.floatToFloat16(values[i]);
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          halves[i] = BFloat16.fromFloat(values[i]);
        }
      }
      default -> throw notHalf(type);
    }
  }

  /** Rounds floats to the nearest of {@link DType#F16}, ties to even, in place. */
  public static void round(float[] values, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      values[i] = Float.float16ToFloat(Float.floatToFloat16(values[i]));
    }
  }

  private static IllegalArgumentException notHalf(DType type) {
    return new IllegalArgumentException(type + " is no floating point in 16 bits");
  }
}
