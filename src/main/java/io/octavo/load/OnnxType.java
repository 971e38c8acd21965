package io.octavo.load;

import io.octavo.tensor.DType;
import org.jspecify.annotations.Nullable;

/** The element types of ONNX tensors ({@code TensorProto.DataType}) that occur in models. */
enum OnnxType {
  FLOAT(1, 4, DType.F32),
  UINT8(2, 1, null),
  INT8(3, 1, DType.I8),
  INT32(6, 4, null),
  INT64(7, 8, null),
  BOOL(9, 1, null),
  FLOAT16(10, 2, DType.F16),
  DOUBLE(11, 8, null),
  BFLOAT16(16, 2, DType.BF16),
  /** Any other type; its tensors are known by name only. */
  OTHER(0, 0, null);

  private final int code;
  private final int bytes;
  private final @Nullable DType storage;

  OnnxType(int code, int bytes, @Nullable DType storage) {
    this.code = code;
    this.bytes = bytes;
    this.storage = storage;
  }

  static OnnxType of(long code) {
    for (OnnxType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return OTHER;
  }

  /** Bytes of one number; 0 for {@link #OTHER}. */
  int bytes() {
    return bytes;
  }

  /** The library's name of the type, if it has one. */
  @Nullable DType storage() {
    return storage;
  }

  boolean isFloatingPoint() {
    return this == FLOAT || this == FLOAT16 || this == BFLOAT16;
  }
}
