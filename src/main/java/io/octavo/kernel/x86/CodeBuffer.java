package io.octavo.kernel.x86;

import java.util.Arrays;

/** Bytes of machine code that grow. */
final class CodeBuffer {
  private byte[] bytes = new byte[1024];
  private int size;

  int size() {
    return size;
  }

  void put(int... values) {
    if (size + values.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    for (int value : values) {
      bytes[size++] = (byte) value;
    }
  }

  void putInt(int value) {
    put(value, value >> 8, value >> 16, value >> 24);
  }

  /** Replaces four bytes that were put before. */
  void setInt(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[at + i] = (byte) (value >> (Byte.SIZE * i));
    }
  }

  /**
   * ModRM, SIB and displacement of an operand in memory.
   *
   * @param reg low three bits of the other operand, or the opcode's extension
   * @param unit what a displacement of 8 bits is counted in
   */
  void putMemory(int reg, Address address, int unit) {
    int base = address.base().low();
    Register indexed = address.index();
    boolean sib = indexed != null || base == Register.RSP.low();
    int displacement = address.displacement();
    int mode;
    if (displacement == 0 && base != Register.RBP.low()) {
      mode = 0;
    } else if (displacement % unit == 0 && (byte) (displacement / unit) == displacement / unit) {
      mode = 1;
    } else {
      mode = 2;
    }
    put(mode << 6 | (reg & 7) << 3 | (sib ? 4 : base));
    if (sib) {
      int index = indexed == null ? 4 : indexed.low();
      put(Integer.numberOfTrailingZeros(address.scale()) << 6 | index << 3 | base);
    }
    if (mode == 1) {
      put(displacement / unit);
    } else if (mode == 2) {
      putInt(displacement);
    }
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }
}
