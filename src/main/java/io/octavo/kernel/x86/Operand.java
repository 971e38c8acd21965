package io.octavo.kernel.x86;

/** What a vector instruction reads or writes besides its first operands. */
sealed interface Operand permits VectorRegister, Address {
  /** Number of the mask register that selects elements, 0 for all of them. */
  int mask();

  /** Whether elements that are not selected become zero instead of staying what they are. */
  boolean zeroing();

  /** Whether it can only be written with the longer prefix. */
  boolean wide();

  /** The fourth bit of the base's number, or of the register's. */
  int high();

  /** The fourth bit of the index's number, or the fifth of the register's. */
  int highest();
}
