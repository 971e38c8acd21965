package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.R9;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RCX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.Register.RSP;
import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD213PS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD231PS;
import static io.octavo.kernel.x86.VectorInstruction.VMAXPS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVAPS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;
import static io.octavo.kernel.x86.VectorInstruction.VPSHUFD;
import static io.octavo.kernel.x86.VectorInstruction.VSHUFI32X4;
import static io.octavo.kernel.x86.VectorInstruction.VSUBPS;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/** Weights of attention in machine code with 512 bits: a query's scores stay in four registers. */
public final class MachineBlockWeights implements BlockWeights {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int LANES = 16;
  private static final int VECTORS = WIDTH / LANES;
  private static final int VECTOR_BYTES = LANES * Float.BYTES;

  /** A mask register's bit for the first element alone; the first four select the keys. */
  private static final int FIRST = VECTORS + 1;

  // Orders of four, for reductions: the halves exchanged, and neighbours exchanged.
  private static final int HALVES = 0x4E;
  private static final int NEIGHBOURS = 0xB1;

  private static final float[] CONSTANTS = {
    ExtendedExp.LOG2_E,
    ExtendedExp.ROUND,
    ExtendedExp.MINUS_LN2_HIGH,
    ExtendedExp.MINUS_LN2_LOW,
    ExtendedExp.C5,
    ExtendedExp.C4,
    ExtendedExp.C3,
    ExtendedExp.C2,
    ExtendedExp.C1,
    1f,
    ExtendedExp.SMALLEST_EXPONENT,
    ExtendedExp.EXPONENT_BIAS
  };
  private static final int FIRST_CONSTANT = 16;
  private static final VectorRegister LOG2_E = zmm(16);
  private static final VectorRegister ROUND = zmm(17);
  private static final VectorRegister MINUS_LN2_HIGH = zmm(18);
  private static final VectorRegister MINUS_LN2_LOW = zmm(19);
  private static final VectorRegister C5 = zmm(20);
  private static final VectorRegister C4 = zmm(21);

  /** The coefficients that follow, down to that of t^0. */
  private static final VectorRegister[] COEFFICIENTS = {zmm(22), zmm(23), zmm(24), zmm(25)};

  private static final VectorRegister SMALLEST_EXPONENT = zmm(26);
  private static final VectorRegister EXPONENT_BIAS = zmm(27);
  private static final VectorRegister SCALE = zmm(28);
  private static final VectorRegister LARGEST = zmm(12);
  private static final VectorRegister SPARE = zmm(13);

  private final MemorySegment code;

  private MachineBlockWeights(MemorySegment code) {
    this.code = code;
  }

  /**
   * Writes the code and installs it, where {@link CpuFeatures#avx512()} says that it can run.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineBlockWeights install() throws MachineCodeException {
    return new MachineBlockWeights(ExecutableMemory.install(List.of(code())).getFirst());
  }

  /**
   * Registers: rdi scores, rsi weights, rdx largest exponents, rcx sums, the first of which holds
   * the scale at first, r8 the constants, r9 queries; on the stack a bit for each key.
   */
  static MachineCode code() {
    Assembler code = new Assembler("attention-weights");
    code.mov(RAX, at(RSP, Long.BYTES));
    code.kmovq(1, RAX);
    for (int vector = 1; vector < VECTORS; vector++) {
      code.kshiftrq(1 + vector, vector, LANES);
    }
    code.xor(RAX, RAX);
    code.add(RAX, 1);
    code.kmovq(FIRST, RAX);
    for (int i = 0; i < CONSTANTS.length; i++) {
      code.op(VBROADCASTSS, zmm(FIRST_CONSTANT + i), at(R8, i * Float.BYTES));
    }
    code.op(VBROADCASTSS, SCALE, at(RCX));
    int loop = code.here();
    largestExponent(code);
    for (int vector = 0; vector < VECTORS; vector++) {
      weights(code, vector);
    }
    code.op(VADDPS, zmm(0), mantissa(0), mantissa(1));
    code.op(VADDPS, zmm(0), zmm(0), mantissa(2));
    code.op(VADDPS, zmm(0), zmm(0), mantissa(3));
    reduce(code, VADDPS, zmm(0));
    code.vmovups(at(RCX).masked(FIRST), zmm(0));
    code.vmovups(at(RDX).masked(FIRST), LARGEST);
    code.add(RDI, WIDTH * Float.BYTES);
    code.add(RSI, WIDTH * Float.BYTES);
    code.add(RDX, Float.BYTES);
    code.add(RCX, Float.BYTES);
    code.dec(R9);
    code.jnz(loop);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  private static VectorRegister score(int vector) {
    return zmm(vector);
  }

  private static VectorRegister exponent(int vector) {
    return zmm(VECTORS + vector);
  }

  private static VectorRegister mantissa(int vector) {
    return zmm(2 * VECTORS + vector);
  }

  /** Scaling and rounding keep the order, so the largest exponent is the largest score's. */
  private static void largestExponent(Assembler code) {
    // A repeated score does not change the maximum; its weight is erased in the end.
    code.op(VBROADCASTSS, SPARE, at(RDI));
    for (int vector = 0; vector < VECTORS; vector++) {
      code.op(VMOVAPS, score(vector), SPARE);
      code.op(VMOVUPS, score(vector).merged(1 + vector), at(RDI, vector * VECTOR_BYTES));
    }
    code.op(VMAXPS, LARGEST, score(0), score(1));
    code.op(VMAXPS, SPARE, score(2), score(3));
    code.op(VMAXPS, LARGEST, LARGEST, SPARE);
    reduce(code, VMAXPS, LARGEST);
    code.op(VMULPS, LARGEST, LARGEST, SCALE);
    round(code, LARGEST, LARGEST);
  }

  /** The exponent of exp: the integer nearest to the product with log2(e). */
  private static void round(Assembler code, VectorRegister target, VectorRegister score) {
    code.op(VMULPS, target, score, LOG2_E);
    code.op(VADDPS, target, target, ROUND);
    code.op(VSUBPS, target, target, ROUND);
  }

  private static void weights(Assembler code, int vector) {
    VectorRegister t = score(vector);
    VectorRegister power = exponent(vector);
    VectorRegister mantissa = mantissa(vector);
    code.op(VMULPS, t, t, SCALE);
    round(code, power, t);
    code.op(VFMADD231PS, t, power, MINUS_LN2_HIGH);
    code.op(VFMADD231PS, t, power, MINUS_LN2_LOW);
    code.op(VMOVAPS, mantissa, C4);
    code.op(VFMADD231PS, mantissa, t, C5);
    for (VectorRegister coefficient : COEFFICIENTS) {
      code.op(VFMADD213PS, mantissa, t, coefficient);
    }
    code.op(VSUBPS, power, power, LARGEST);
    code.op(VMAXPS, power, power, SMALLEST_EXPONENT);
    code.op(VADDPS, power, power, EXPONENT_BIAS);
    code.vpslld(power, power, 23);
    code.op(VMULPS, mantissa.zeroed(1 + vector), mantissa, power);
    code.vmovups(at(RSI, vector * VECTOR_BYTES), mantissa);
  }

  /** All elements by an operation that does not care for the order of two, as a tree of halves. */
  private static void reduce(
      Assembler code, VectorInstruction instruction, VectorRegister register) {
    code.op(VSHUFI32X4, SPARE, register, register, HALVES);
    code.op(instruction, register, register, SPARE);
    code.op(VSHUFI32X4, SPARE, register, register, NEIGHBOURS);
    code.op(instruction, register, register, SPARE);
    code.op(VPSHUFD, SPARE, register, HALVES);
    code.op(instruction, register, register, SPARE);
    code.op(VPSHUFD, SPARE, register, NEIGHBOURS);
    code.op(instruction, register, register, SPARE);
  }

  @Override
  public void weigh(
      float[] scores, int queries, int keys, float scale, float[] work, int exponents, int sums) {
    if (queries < 1 || keys < 1 || keys > WIDTH) {
      throw new IllegalArgumentException(queries + " queries, " + keys + " keys");
    }
    work[sums] = scale;
    call(
        code,
        NativeCall.slice(scores, 0, queries * WIDTH),
        NativeCall.slice(work, 0, queries * WIDTH),
        NativeCall.slice(work, exponents, queries),
        NativeCall.slice(work, sums, queries),
        queries,
        -1L >>> (WIDTH - keys));
  }

  /**
   * Calls the code.
   *
   * @param sums of which the first holds the scale
   * @param queries at least 1
   * @param mask a bit for each key that counts
   */
  static void call(
      MemorySegment code,
      MemorySegment scores,
      MemorySegment weights,
      MemorySegment exponents,
      MemorySegment sums,
      long queries,
      long mask) {
    MemorySegment constants = NativeCall.slice(CONSTANTS, 0, CONSTANTS.length);
    try {
      Handle.CALL.invokeExact(code, scores, weights, exponents, sums, constants, queries, mask);
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  /** Apart, so that writing code touches nothing that is restricted. */
  private static final class Handle {
    static final MethodHandle CALL = NativeCall.critical(5, 2);
  }
}
