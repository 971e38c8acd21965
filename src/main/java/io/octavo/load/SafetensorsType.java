package io.octavo.load;

import io.octavo.tensor.DType;
import org.jspecify.annotations.Nullable;

/** The element types of safetensors files, by the names that stand there. */
enum SafetensorsType {
  BOOL(8, null),
  F4(4, null),
  F6_E2M3(6, null),
  F6_E3M2(6, null),
  U8(8, null),
  I8(8, DType.I8),
  F8_E5M2(8, null),
  F8_E4M3(8, null),
  F8_E8M0(8, null),
  F8_E4M3FNUZ(8, null),
  F8_E5M2FNUZ(8, null),
  I16(16, null),
  U16(16, null),
  F16(16, DType.F16),
  BF16(16, DType.BF16),
  I32(32, null),
  U32(32, null),
  F32(32, DType.F32),
  C64(64, null),
  F64(64, null),
  I64(64, null),
  U64(64, null);

  private final int bits;
  private final @Nullable DType storage;

  SafetensorsType(int bits, @Nullable DType storage) {
    this.bits = bits;
    this.storage = storage;
  }

  /** The type of that name; null if there is none. */
  static @Nullable SafetensorsType of(String name) {
    for (SafetensorsType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** The type that stores {@code storage}. */
  static SafetensorsType of(DType storage) {
    return switch (storage) {
      case F32 -> F32;
      case F16 -> F16;
      case BF16 -> BF16;
      case I8 -> I8;
    };
  }

  /** Bits of one number. */
  int bits() {
    return bits;
  }

  /** The library's name of the type, if it has one. */
  @Nullable DType storage() {
    return storage;
  }
}
