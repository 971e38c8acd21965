package io.octavo.load;

import io.octavo.tensor.BlockFormat;
import io.octavo.tensor.DType;
import org.jspecify.annotations.Nullable;

/** The types of tensors in GGUF files, by ggml's names; some are known so far as to be refused. */
enum GgufType {
  F32(0, DType.F32),
  F16(1, DType.F16),
  Q4_0(2, BlockFormat.Q4_0),
  Q4_1(3, BlockFormat.Q4_1),
  Q5_0(6, BlockFormat.Q5_0),
  Q5_1(7, BlockFormat.Q5_1),
  Q8_0(8, BlockFormat.Q8_0),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, BlockFormat.Q4_K),
  Q5_K(13, BlockFormat.Q5_K),
  Q6_K(14, BlockFormat.Q6_K),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, DType.BF16),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17);

  private final int id;
  private final int numbers;
  private final int bytes;
  private final @Nullable DType storage;
  private final @Nullable BlockFormat blocks;

  GgufType(int id, int numbers, int bytes) {
    this(id, numbers, bytes, null, null);
  }

  GgufType(int id, DType storage) {
    this(id, 1, storage.bytes(), storage, null);
  }

  GgufType(int id, BlockFormat blocks) {
    this(id, blocks.numbers(), blocks.bytes(), DType.F32, blocks);
  }

  GgufType(int id, int numbers, int bytes, @Nullable DType storage, @Nullable BlockFormat blocks) {
    this.id = id;
    this.numbers = numbers;
    this.bytes = bytes;
    this.storage = storage;
    this.blocks = blocks;
  }

  /** The type of that number; null if there is none. */
  static @Nullable GgufType of(int id) {
    for (GgufType type : values()) {
      if (type.id == id) {
        return type;
      }
    }
    return null;
  }

  /** Numbers of a block; 1 for those that are stored one by one. */
  int numbers() {
    return numbers;
  }

  /** Bytes of a block. */
  int bytes() {
    return bytes;
  }

  /** The type in which the library reads the numbers, if it does. */
  @Nullable DType storage() {
    return storage;
  }

  /** How the numbers are stored in blocks, if they are, and if the library reads them. */
  @Nullable BlockFormat blocks() {
    return blocks;
  }
}
