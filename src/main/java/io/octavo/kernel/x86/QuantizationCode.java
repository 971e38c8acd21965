package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R10;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RCX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;
import static io.octavo.kernel.x86.VectorInstruction.VPADDD;
import static io.octavo.kernel.x86.VectorInstruction.VPANDD;
import static io.octavo.kernel.x86.VectorInstruction.VPBROADCASTD;
import static io.octavo.kernel.x86.VectorInstruction.VPMAXSD;
import static io.octavo.kernel.x86.VectorInstruction.VPXORD;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.MatrixProductKernel;
import java.util.List;

/** The sweeps of int8 quantization with 512 bits. */
final class QuantizationCode {
  /** Predicates of comparisons: at least, and not at least or not a number. */
  private static final int AT_LEAST = 29;

  private static final int NOT_AT_LEAST = 25;

  private static final int SELECTED = 2;
  private static final int FIRST = 3;

  private static final VectorRegister V = zmm(1);
  private static final VectorRegister MAGNITUDE = zmm(2);
  private static final VectorRegister FOUND = zmm(3);
  private static final VectorRegister MAGNITUDE_BITS = zmm(4);
  private static final VectorRegister ROUND = zmm(5);
  private static final VectorRegister CODE_BIAS = zmm(6);
  private static final VectorRegister STEP = zmm(7);
  private static final VectorRegister INDICES = zmm(8);
  private static final VectorRegister THRESHOLD = zmm(9);
  private static final VectorRegister SCALE = zmm(10);
  private static final VectorRegister LARGEST = zmm(11);

  private QuantizationCode() {}

  /** What both sweeps take their constants from. */
  static int[] constants() {
    int[] constants = new int[4 + RowLoop.LANES];
    constants[0] = Integer.MAX_VALUE;
    constants[1] = Float.floatToRawIntBits(ExtendedExp.ROUND);
    constants[2] = MatrixProductKernel.CODE_BIAS;
    constants[3] = RowLoop.LANES;
    for (int i = 0; i < RowLoop.LANES; i++) {
      constants[4 + i] = i;
    }
    return constants;
  }

  /** Both sweeps. */
  static List<MachineCode> code() {
    return List.of(scan(), quantize());
  }

  /**
   * The largest magnitude below the threshold, the indices of the other elements, and in rax how
   * many these are. The bits of magnitudes order as the magnitudes do, NaN above all.
   *
   * <p>Registers: rdi x, rsi indices, of as many elements as x, rdx where the magnitude goes, rcx
   * {@link #constants}; as numbers whole vectors, mask of the rest, the offsets of x and of the
   * magnitude in bytes, and the threshold, above 0 or NaN.
   */
  private static MachineCode scan() {
    Assembler code = new Assembler("quantization-scan");
    code.add(RDI, NativeCall.number(2, 0));
    code.add(RDX, NativeCall.number(3, 0));
    code.op(VPBROADCASTD, MAGNITUDE_BITS, at(RCX));
    code.op(VPBROADCASTD, STEP, at(RCX, 3 * Integer.BYTES));
    code.op(VMOVUPS, INDICES, at(RCX, 4 * Integer.BYTES));
    code.op(VBROADCASTSS, THRESHOLD, NativeCall.number(4, 0));
    code.mov(RCX, NativeCall.number(0, 0));
    code.mov(R8, NativeCall.number(1, 0));
    code.op(VPXORD, LARGEST, LARGEST, LARGEST);
    code.xor(RAX, RAX);
    RowLoop.write(
        code,
        RCX,
        R8,
        rest -> {
          code.op(VMOVUPS, rest ? V.zeroed(RowLoop.REST) : V, at(RDI));
          code.op(VPANDD, V, V, MAGNITUDE_BITS);
          code.vcmpps(SELECTED, V, THRESHOLD, AT_LEAST);
          code.kortestw(SELECTED);
          int none = code.jz();
          // Those before are at most as many as the elements before, so there is room for a vector.
          code.vpcompressd(FOUND.zeroed(SELECTED), INDICES);
          Address next = at(RSI, RAX, Integer.BYTES);
          code.vmovups(rest ? next.masked(RowLoop.REST) : next, FOUND);
          code.kmovq(R10, SELECTED);
          code.popcnt(R10, R10);
          code.add(RAX, R10);
          code.op(VPXORD, V.merged(SELECTED), V, V);
          code.land(none);
          code.op(VPMAXSD, LARGEST, LARGEST, V);
          code.op(VPADDD, INDICES, INDICES, STEP);
        },
        RDI);
    RowLoop.fold(code, VPMAXSD, LARGEST, V);
    code.xor(R10, R10);
    code.add(R10, 1);
    code.kmovq(FIRST, R10);
    code.vmovups(at(RDX).masked(FIRST), LARGEST);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  /**
   * Codes. Adding 1.5 * 2^23 rounds to the nearest integer, ties to even, and leaves it in the low
   * bits of the sum.
   *
   * <p>Registers: rdi x, rsi codes, rdx {@link #constants}; as numbers whole vectors, mask of the
   * rest, the offsets of x and of the codes in bytes, the scale and the threshold.
   */
  private static MachineCode quantize() {
    Assembler code = new Assembler("quantization-codes");
    code.mov(RCX, NativeCall.number(0, 0));
    code.mov(R8, NativeCall.number(1, 0));
    code.add(RDI, NativeCall.number(2, 0));
    code.add(RSI, NativeCall.number(3, 0));
    code.op(VBROADCASTSS, SCALE, NativeCall.number(4, 0));
    code.op(VBROADCASTSS, THRESHOLD, NativeCall.number(5, 0));
    code.op(VPBROADCASTD, MAGNITUDE_BITS, at(RDX));
    code.op(VPBROADCASTD, ROUND, at(RDX, Integer.BYTES));
    code.op(VPBROADCASTD, CODE_BIAS, at(RDX, 2 * Integer.BYTES));
    RowLoop.write(
        code,
        RCX,
        R8,
        rest -> {
          code.op(VMOVUPS, rest ? V.zeroed(RowLoop.REST) : V, at(RDI));
          code.op(VPANDD, MAGNITUDE, V, MAGNITUDE_BITS);
          code.vcmpps(SELECTED, MAGNITUDE, THRESHOLD, NOT_AT_LEAST);
          code.op(VMULPS, V.zeroed(SELECTED), V, SCALE);
          code.op(VADDPS, V, V, ROUND);
          code.op(VPADDD, V, V, CODE_BIAS);
          code.vpmovdb(rest ? at(RSI).masked(RowLoop.REST) : at(RSI), V);
          code.add(RSI, RowLoop.LANES);
        },
        RDI);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }
}
