package io.octavo.kernel.x86;

/**
 * A loop over the elements of a row with 512 bits: over whole vectors, and once more over what is
 * left, whose elements mask register 1 selects.
 */
final class RowLoop {
  /** Elements of a vector. */
  static final int LANES = 16;

  /** The mask register of the elements that are there, in the last turn. */
  static final int REST = 1;

  private RowLoop() {}

  /** What is done with a vector of elements. */
  interface Turn {
    /**
     * Writes the code.
     *
     * @param rest whether these are the last elements, fewer than a vector's
     */
    void write(boolean rest);
  }

  /**
   * Writes the loop.
   *
   * @param vectors holds the number of whole vectors, which may be 0; is used up
   * @param mask holds a bit for each element of the rest, 0 for none
   * @param turn the code for a vector
   * @param pointers what moves on from vector to vector
   */
  static void write(
      Assembler code, Register vectors, Register mask, Turn turn, Register... pointers) {
    code.or(vectors, vectors);
    int none = code.jz();
    int loop = code.here();
    turn.write(false);
    for (Register pointer : pointers) {
      code.add(pointer, LANES * Float.BYTES);
    }
    code.dec(vectors);
    code.jnz(loop);
    code.land(none);
    code.or(mask, mask);
    int whole = code.jz();
    code.kmovq(REST, mask);
    turn.write(true);
    code.land(whole);
  }

  /** Whole vectors of so many elements. */
  static long vectors(int count) {
    return count / LANES;
  }

  /** A bit for each element beyond them. */
  static long rest(int count) {
    return (1L << count % LANES) - 1;
  }

  /** Lets every lane have what the fold of all lanes gives: lane i and i + 8, then 4, 2, 1. */
  static void fold(
      Assembler code, VectorInstruction instruction, VectorRegister value, VectorRegister spare) {
    code.op(VectorInstruction.VSHUFI32X4, spare, value, value, 0x4E);
    code.op(instruction, value, value, spare);
    code.op(VectorInstruction.VSHUFI32X4, spare, value, value, 0xB1);
    code.op(instruction, value, value, spare);
    code.op(VectorInstruction.VPSHUFD, spare, value, 0x4E);
    code.op(instruction, value, value, spare);
    code.op(VectorInstruction.VPSHUFD, spare, value, 0xB1);
    code.op(instruction, value, value, spare);
  }
}
