package io.octavo.load;

import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers as they stand in a file. */
final class TensorBytes {
  private TensorBytes() {}

  /** Writes {@code count} floats from {@code first} in {@link DType#F32}. */
  static void write(OutputStream target, float[] values, int first, int count) throws IOException {
    write(target, values, first, count, DType.F32);
  }

  /**
   * Writes {@code count} floats from {@code first}, rounded to nearest even.
   *
   * @param type a type of floating point
   */
  static void write(OutputStream target, float[] values, int first, int count, DType type)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(count, type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = first; i < first + count; i++) {
      switch (type) {
        case F32 -> bytes.putFloat(values[i]);
        case F16 -> bytes.putShort(Float.floatToFloat16(values[i]));
        case BF16 -> bytes.putShort(BFloat16.fromFloat(values[i]));
        case I8 -> throw new IllegalArgumentException("Floats are not written as codes");
      }
    }
    target.write(bytes.array());
  }
}
