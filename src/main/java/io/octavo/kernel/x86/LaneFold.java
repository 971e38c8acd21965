package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VSHUFI32X4;
import static io.octavo.kernel.x86.VectorInstruction.VSHUFPS;
import static io.octavo.kernel.x86.VectorRegister.zmm;

/**
 * Folds the lanes of 16 vectors, each with itself, at once: lane i with i + 8, then 4, 2 and 1, and
 * leaves the 16 results in the lanes of one vector. Each step folds two vectors into the halves of
 * one, so that 16 take 15 operations and 30 shuffles, where one by one they would take 64 of each.
 */
final class LaneFold {
  /** Vectors that are folded. */
  static final int VECTORS = 16;

  /** What the halves of two vectors are, by the immediates of their shuffles, for each step. */
  private static final int[][] STEPS = {{0x44, 0xEE}, {0x88, 0xDD}, {0x44, 0xEE}, {0x88, 0xDD}};

  /** Steps that move quarters of a vector; the others move elements within them. */
  private static final int QUARTER_STEPS = 2;

  private LaneFold() {}

  /**
   * Folds. Registers 0 to 15, 29 and 30 are used.
   *
   * @param vectors points to the vectors, one behind the other
   * @param operation one that does not care for the order of two operands
   * @param result where the results go, that of vector {@code i} in lane {@code i}
   */
  static void write(
      Assembler code, Register vectors, VectorInstruction operation, VectorRegister result) {
    for (int i = 0; i < VECTORS; i++) {
      // The steps leave vector i in lane 4 * (i % 4) + i / 4.
      int slot = i % 4 * 4 + i / 4;
      code.op(VMOVUPS, zmm(i), Address.at(vectors, slot * zmm(0).bytes()));
    }
    int distance = 1;
    for (int step = 0; step < STEPS.length; step++) {
      VectorInstruction shuffle = step < QUARTER_STEPS ? VSHUFI32X4 : VSHUFPS;
      for (int i = 0; i < VECTORS; i += 2 * distance) {
        VectorRegister other = zmm(i + distance);
        VectorRegister target = 2 * distance == VECTORS ? result : zmm(i);
        VectorRegister low = zmm(29 + i / (2 * distance) % 2);
        code.op(shuffle, low, zmm(i), other, STEPS[step][0]);
        code.op(shuffle, zmm(i), zmm(i), other, STEPS[step][1]);
        code.op(operation, target, low, zmm(i));
      }
      distance *= 2;
    }
  }
}
