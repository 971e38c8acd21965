package io.octavo.load;

import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.DType;
import io.octavo.tensor.StoredMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An initializer or a constant of an ONNX graph.
 *
 * @param data little-endian, {@code elements() * type.bytes()} bytes; empty if the type is {@link
 *     OnnxType#OTHER}
 * @param offset byte offset of the numbers in their file
 * @param file the file of external data; empty if the numbers are in the model's own
 */
record OnnxTensor(
    String name, OnnxType type, List<Long> shape, MemorySegment data, long offset, String file) {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Where it is, for messages. */
  String place() {
    String place = "tensor " + name + " at byte offset " + offset;
    return file.isEmpty() ? place : place + " of " + file;
  }

  /** Number of elements; the reader has checked that it does not overflow. */
  long elements() {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    return elements;
  }

  /** The type as the rest of the library knows it. */
  DType storage(String source) {
    DType storage = type.storage();
    if (storage == null) {
      throw new UnsupportedModelException(
          source, place() + " is of type " + type + "; FLOAT, FLOAT16 and BFLOAT16 are read");
    }
    return storage;
  }

  /** The numbers of a floating-point tensor with few elements. */
  float[] floats(String source) {
    float[] values = new float[(int) elements()];
    StoredMatrix.byRows(data, storage(source), 1, values.length).readRow(0, values, 0);
    return values;
  }

  /** The number of a tensor with one element; NaN if it is anything else. */
  double scalar() {
    if (elements() != 1) {
      return Double.NaN;
    }
    long @Nullable [] integers = integers(1);
    if (integers != null) {
      return integers[0];
    }
    return type.isFloatingPoint() ? floats(name)[0] : Double.NaN;
  }

  /** The numbers of an integer tensor with at most {@code limit} elements; null if it is not. */
  long @Nullable [] integers(int limit) {
    if ((type != OnnxType.INT64 && type != OnnxType.INT32) || elements() > limit) {
      return null;
    }
    long[] values = new long[(int) elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = type == OnnxType.INT64 ? data.getAtIndex(LONG, i) : data.getAtIndex(INT, i);
    }
    return values;
  }
}
