package io.octavo.kernel.x86;

/**
 * A vector register.
 *
 * @param number from 0 to 31
 * @param bits 128, 256 or 512
 * @param mask number of the mask register that selects elements, 0 for all
 * @param zeroing whether elements that are not selected become zero
 */
record VectorRegister(int number, int bits, int mask, boolean zeroing) implements Operand {
  static VectorRegister zmm(int number) {
    return of(number, 512);
  }

  static VectorRegister ymm(int number) {
    return of(number, 256);
  }

  static VectorRegister xmm(int number) {
    return of(number, 128);
  }

  static VectorRegister of(int number, int bits) {
    return new VectorRegister(number, bits, 0, false);
  }

  /** The same register, only the elements selected by a mask register; others become zero. */
  VectorRegister zeroed(int byMask) {
    return new VectorRegister(number, bits, byMask, true);
  }

  /** The same register, only the elements selected by a mask register; others stay. */
  VectorRegister merged(int byMask) {
    return new VectorRegister(number, bits, byMask, false);
  }

  /** The same register at another width. */
  VectorRegister as(int width) {
    return of(number, width);
  }

  int bytes() {
    return bits / Byte.SIZE;
  }

  @Override
  public boolean wide() {
    return number > 15 || bits == 512;
  }

  @Override
  public int high() {
    return number >> 3 & 1;
  }

  @Override
  public int highest() {
    return number >> 4;
  }

  /** Its name in assembly, without a mask. */
  String plainName() {
    return (bits == 512 ? "zmm" : bits == 256 ? "ymm" : "xmm") + number;
  }

  @Override
  public String toString() {
    return plainName() + (mask == 0 ? "" : "{k" + mask + "}") + (zeroing ? "{z}" : "");
  }
}
