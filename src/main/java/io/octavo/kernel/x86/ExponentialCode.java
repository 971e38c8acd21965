package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD213PS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD231PS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVAPS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;
import static io.octavo.kernel.x86.VectorInstruction.VSUBPS;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import io.octavo.kernel.ExtendedExp;

/**
 * {@link ExtendedExp} in machine code with 512 bits, operation by operation. Its constants occupy
 * the registers from 22 on, and are read from an array.
 */
final class ExponentialCode {
  /** The lowest register of a constant. */
  static final int FIRST_REGISTER = 22;

  private static final VectorRegister LOG2_E = zmm(22);
  private static final VectorRegister ROUND = zmm(23);
  private static final VectorRegister LN2_HIGH = zmm(24);
  private static final VectorRegister LN2_LOW = zmm(25);
  private static final VectorRegister C5 = zmm(26);
  private static final VectorRegister C4 = zmm(27);
  private static final VectorRegister C3 = zmm(28);
  private static final VectorRegister C2 = zmm(29);
  private static final VectorRegister C1 = zmm(30);

  /** The register of 1. */
  static final VectorRegister ONE = zmm(31);

  private ExponentialCode() {}

  /** The constants, in the order of their registers. */
  static float[] constants() {
    return new float[] {
      ExtendedExp.LOG2_E,
      ExtendedExp.ROUND,
      ExtendedExp.MINUS_LN2_HIGH,
      ExtendedExp.MINUS_LN2_LOW,
      ExtendedExp.C5,
      ExtendedExp.C4,
      ExtendedExp.C3,
      ExtendedExp.C2,
      ExtendedExp.C1,
      1f
    };
  }

  /** Loads the constants from where a register points. */
  static void begin(Assembler code, Register constants) {
    for (int i = 0; i < constants().length; i++) {
      code.op(VBROADCASTSS, zmm(FIRST_REGISTER + i), Address.at(constants, i * Float.BYTES));
    }
  }

  /**
   * {@code exp(x) = mantissa * 2^exponent}.
   *
   * @param x the argument, which is overwritten
   */
  static void split(
      Assembler code, VectorRegister x, VectorRegister mantissa, VectorRegister exponent) {
    code.op(VMULPS, exponent, x, LOG2_E);
    code.op(VADDPS, exponent, exponent, ROUND);
    code.op(VSUBPS, exponent, exponent, ROUND);
    code.op(VFMADD231PS, x, exponent, LN2_HIGH);
    code.op(VFMADD231PS, x, exponent, LN2_LOW);
    code.op(VMOVAPS, mantissa, C4);
    code.op(VFMADD231PS, mantissa, x, C5);
    code.op(VFMADD213PS, mantissa, x, C3);
    code.op(VFMADD213PS, mantissa, x, C2);
    code.op(VFMADD213PS, mantissa, x, C1);
    code.op(VFMADD213PS, mantissa, x, ONE);
  }
}
