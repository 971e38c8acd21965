package io.octavo.kernel.x86;

import java.util.Locale;

/** A general-purpose register of 64 bits. */
enum Register {
  RAX(0),
  RCX(1),
  RDX(2),
  RBX(3),
  RSP(4),
  RBP(5),
  RSI(6),
  RDI(7),
  R8(8),
  R9(9),
  R10(10),
  R11(11),
  R12(12),
  R13(13),
  R14(14),
  R15(15);

  private final int number;

  Register(int number) {
    this.number = number;
  }

  /** The low three bits of its number, which go where an instruction names it. */
  int low() {
    return number & 7;
  }

  /** The fourth bit of its number, which goes to a prefix. */
  int high() {
    return number >> 3;
  }

  /** Its name in assembly. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
