package io.octavo.tensor;

/** How one number is stored. */
public enum DType {
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary16. */
  F16(2),
  /** The upper half of a binary32. */
  BF16(2),
  /** A signed byte. */
  I8(1);

  /** The smallest magnitude that rounds to infinity in {@link #F16}. */
  public static final float HALF_OVERFLOW = 65520f;

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one number. */
  public int bytes() {
    return bytes;
  }
}
