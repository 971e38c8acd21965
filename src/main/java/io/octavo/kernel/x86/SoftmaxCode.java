package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RCX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VMAXPS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVAPS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;
import static io.octavo.kernel.x86.VectorInstruction.VSCALEFPS;
import static io.octavo.kernel.x86.VectorInstruction.VSUBPS;
import static io.octavo.kernel.x86.VectorInstruction.VUNPCKLPS;
import static io.octavo.kernel.x86.VectorInstruction.VXORPS;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import io.octavo.kernel.BlockedSoftmax;
import io.octavo.kernel.ExtendedExp;
import java.util.Arrays;
import java.util.List;

/**
 * The sweeps of softmax with 512 bits. Powers of two are multiplied with by {@code vscalefps}
 * instead of being made by integer shifts.
 *
 * <p>All take rdi the row, rsi what they write to or the row again, rdx {@link #constants}; as
 * numbers the whole vectors, the mask of the rest, the offsets of the first two pointers in bytes,
 * and up to three floats of the call. Sums are left in rax.
 */
final class SoftmaxCode {
  /** The exponentials' sum as mantissa and exponent, from the bits' ends. */
  static final int SUM_EXTENDED = 0;

  /** The largest element. */
  static final int MAXIMUM = 1;

  /** The exponentials' sum. */
  static final int SUM = 2;

  /** The same, with the exponentials stored. */
  static final int STORE = 3;

  /** The results of the exponentials. */
  static final int SCALE_EXPONENTIALS = 4;

  /** The results of the exponentials stored. */
  static final int SCALE = 5;

  /** Predicate of comparisons: not less than, or not a number. */
  private static final int NOT_LESS = 21;

  private static final int KEPT = 2;
  private static final VectorRegister LOWEST = zmm(21);
  private static final VectorRegister MASKED = zmm(20);
  private static final VectorRegister SMALLEST_DECAY = zmm(19);
  private static final VectorRegister SMALLEST_RESULT = zmm(18);
  private static final VectorRegister NO_EXPONENT = zmm(17);
  private static final int FIRST_REGISTER = 17;
  private static final VectorRegister SHIFT = zmm(16);
  private static final VectorRegister FACTOR = zmm(15);
  private static final VectorRegister EXPONENT = zmm(14);
  private static final VectorRegister V = zmm(0);
  private static final VectorRegister N = zmm(1);
  private static final VectorRegister P = zmm(2);
  private static final VectorRegister SUMS = zmm(3);
  private static final VectorRegister EXPONENTS = zmm(4);
  private static final VectorRegister LARGER = zmm(5);

  private SoftmaxCode() {}

  /** Numbers of this class in the order of their registers, and those of the exponential. */
  static float[] constants() {
    float[] own = {
      BlockedSoftmax.NO_EXPONENT,
      BlockedSoftmax.SMALLEST_RESULT_EXPONENT,
      ExtendedExp.SMALLEST_DECAY,
      Float.NEGATIVE_INFINITY,
      BlockedSoftmax.LOWEST
    };
    float[] exponential = ExponentialCode.constants();
    float[] all = Arrays.copyOf(own, own.length + exponential.length);
    System.arraycopy(exponential, 0, all, own.length, exponential.length);
    return all;
  }

  /** All sweeps. */
  static List<MachineCode> code() {
    return List.of(sumExtended(), maximum(), sum(), store(), scaleExponentials(), scale());
  }

  private static Assembler begin(String name) {
    Assembler code = new Assembler("softmax-" + name);
    code.mov(RCX, NativeCall.number(0, 0));
    code.mov(R8, NativeCall.number(1, 0));
    code.add(RDI, NativeCall.number(2, 0));
    code.add(RSI, NativeCall.number(3, 0));
    int own = ExponentialCode.FIRST_REGISTER - FIRST_REGISTER;
    for (int i = 0; i < own; i++) {
      code.op(VBROADCASTSS, zmm(FIRST_REGISTER + i), at(RDX, i * Float.BYTES));
    }
    code.add(RDX, own * Float.BYTES);
    ExponentialCode.begin(code, RDX);
    return code;
  }

  private static MachineCode end(Assembler code) {
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  /** The next elements; those that are not there weigh nothing. */
  private static void load(Assembler code, boolean rest) {
    if (rest) {
      code.op(VMOVAPS, V, MASKED);
      code.op(VMOVUPS, V.merged(RowLoop.REST), at(RDI));
    } else {
      code.op(VMOVUPS, V, at(RDI));
    }
  }

  private static void store(Assembler code, boolean rest, VectorRegister value) {
    code.vmovups(rest ? at(RSI).masked(RowLoop.REST) : at(RSI), value);
  }

  private static MachineCode sumExtended() {
    Assembler code = begin("sum-extended");
    code.op(VXORPS, SUMS, SUMS, SUMS);
    code.op(VMOVAPS, EXPONENTS, NO_EXPONENT);
    RowLoop.write(
        code,
        RCX,
        R8,
        rest -> {
          load(code, rest);
          // Of a number that is none, the second.
          code.op(VMAXPS, V, LOWEST, V);
          ExponentialCode.split(code, V, P, N);
          code.op(VMAXPS, LARGER, N, EXPONENTS);
          code.op(VSUBPS, EXPONENTS, EXPONENTS, LARGER);
          code.op(VSUBPS, N, N, LARGER);
          code.op(VSCALEFPS, SUMS, SUMS, EXPONENTS);
          code.op(VSCALEFPS, P, P, N);
          code.op(VADDPS, SUMS, SUMS, P);
          code.op(VMOVAPS, EXPONENTS, LARGER);
        },
        RDI);
    code.op(VMOVAPS, LARGER, EXPONENTS);
    RowLoop.fold(code, VMAXPS, LARGER, V);
    code.op(VSUBPS, EXPONENTS, EXPONENTS, LARGER);
    code.op(VSCALEFPS, SUMS, SUMS, EXPONENTS);
    RowLoop.fold(code, VADDPS, SUMS, V);
    code.op(VUNPCKLPS, SUMS.as(128), SUMS.as(128), LARGER.as(128));
    code.vmovq(RAX, SUMS.as(128));
    return end(code);
  }

  private static MachineCode maximum() {
    Assembler code = begin("maximum");
    code.op(VMOVAPS, SUMS, MASKED);
    RowLoop.write(
        code,
        RCX,
        R8,
        rest -> {
          load(code, rest);
          code.op(VMAXPS, SUMS, V, SUMS);
        },
        RDI);
    RowLoop.fold(code, VMAXPS, SUMS, V);
    code.vmovq(RAX, SUMS.as(128));
    return end(code);
  }

  private static MachineCode sum() {
    return sum("sum", false);
  }

  private static MachineCode store() {
    return sum("store", true);
  }

  private static MachineCode sum(String name, boolean stores) {
    Assembler code = begin(name);
    code.op(VBROADCASTSS, SHIFT, NativeCall.number(4, 0));
    code.op(VXORPS, SUMS, SUMS, SUMS);
    RowLoop.write(
        code,
        RCX,
        R8,
        rest -> {
          load(code, rest);
          code.op(VSUBPS, V, V, SHIFT);
          code.vcmpps(KEPT, V, SMALLEST_DECAY, NOT_LESS);
          ExponentialCode.split(code, V, P, N);
          code.op(VSCALEFPS, P.zeroed(KEPT), P, N);
          if (stores) {
            store(code, rest, P);
          }
          code.op(VADDPS, SUMS, SUMS, P);
        },
        RDI,
        RSI);
    RowLoop.fold(code, VADDPS, SUMS, V);
    code.vmovq(RAX, SUMS.as(128));
    return end(code);
  }

  private static MachineCode scaleExponentials() {
    Assembler code = begin("scale-exponentials");
    code.op(VBROADCASTSS, SHIFT, NativeCall.number(4, 0));
    code.op(VBROADCASTSS, FACTOR, NativeCall.number(5, 0));
    code.op(VBROADCASTSS, EXPONENT, NativeCall.number(6, 0));
    RowLoop.write(
        code,
        RCX,
        R8,
        rest -> {
          load(code, rest);
          code.op(VSUBPS, V, V, SHIFT);
          code.op(VMAXPS, V, LOWEST, V);
          ExponentialCode.split(code, V, P, N);
          code.op(VSUBPS, N, N, EXPONENT);
          code.vcmpps(KEPT, N, SMALLEST_RESULT, NOT_LESS);
          code.op(VMULPS, P, P, FACTOR);
          code.op(VSCALEFPS, P.zeroed(KEPT), P, N);
          store(code, rest, P);
        },
        RDI,
        RSI);
    return end(code);
  }

  private static MachineCode scale() {
    Assembler code = begin("scale");
    code.op(VBROADCASTSS, SHIFT, NativeCall.number(4, 0));
    code.op(VBROADCASTSS, FACTOR, NativeCall.number(5, 0));
    RowLoop.write(
        code,
        RCX,
        R8,
        rest -> {
          load(code, rest);
          code.vcmpps(KEPT, V, SHIFT, NOT_LESS);
          code.op(VMULPS, V.zeroed(KEPT), V, FACTOR);
          store(code, rest, V);
        },
        RDI,
        RSI);
    return end(code);
  }
}
