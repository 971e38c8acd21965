package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R10;
import static io.octavo.kernel.x86.Register.R11;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RBP;
import static io.octavo.kernel.x86.Register.RBX;
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
import static io.octavo.kernel.x86.VectorInstruction.VSUBPS;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The weights of attention with 512 bits, 16 queries at a time. Their largest scores and the sums
 * of their weights are folded together, and what merges a block with those before is computed with
 * a query in each lane; in between, a query's scores are four independent vectors.
 */
final class BlockWeightsCode {
  private static final int LANES = 16;
  private static final int VECTORS = PanelMatrix.WIDTH / LANES;
  private static final int VECTOR_BYTES = LANES * Float.BYTES;
  private static final int ROW_BYTES = VECTORS * VECTOR_BYTES;

  /** On the stack: a vector for each query, behind which the largest exponents lie. */
  private static final int LARGEST_EXPONENTS = LANES * VECTOR_BYTES;

  private static final int FRAME = LARGEST_EXPONENTS + VECTOR_BYTES;

  /** From the factors of what came before to those of the block. */
  private static final int NEW_FACTORS = BlockWeights.MAX_QUERIES * Float.BYTES;

  /** The mask register of the queries that are there; the first four select the keys. */
  private static final int QUERIES = VECTORS + 1;

  /** What the registers from 16 on hold. */
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

  private final Assembler code = new Assembler("attention-weights");

  private BlockWeightsCode() {}

  /** Where the constants lie, which a call takes. */
  static long constants() {
    return Table.CONSTANTS.address();
  }

  /** Apart, so that writing code allocates nothing. */
  private static final class Table {
    static final MemorySegment CONSTANTS =
        Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, BlockWeightsCode.CONSTANTS);

    private Table() {}
  }

  /**
   * Registers: rdi scores, which become weights, rsi mantissas and rdx exponents of the sums, rcx
   * factors, the first of which holds the scale at first; as numbers sixteens of queries, the last
   * of which may be fewer, a bit for each key, one for each of the last queries, {@link
   * #constants}, and the offset of the sums.
   */
  static MachineCode code() {
    return new BlockWeightsCode().write();
  }

  private MachineCode write() {
    NativeCall.displace(code, 4, RSI);
    NativeCall.displace(code, 4, RDX);
    code.push(RBX);
    code.push(RBP);
    code.mov(R10, NativeCall.number(0, 2));
    code.mov(R8, NativeCall.number(3, 2));
    code.mov(RAX, NativeCall.number(1, 2));
    code.mov(RBP, RSP);
    code.sub(RSP, FRAME);
    code.and(RSP, -VECTOR_BYTES);
    code.kmovq(1, RAX);
    for (int vector = 1; vector < VECTORS; vector++) {
      code.kshiftrq(1 + vector, vector, LANES);
    }
    for (int i = 0; i < CONSTANTS.length; i++) {
      code.op(VBROADCASTSS, zmm(LOG2_E.number() + i), at(R8, i * Float.BYTES));
    }
    code.mov(R8, R10);
    code.op(VBROADCASTSS, SCALE, at(RCX));
    int loop = code.here();
    countQueries();
    largestScores();
    largestExponents();
    weights();
    merge();
    for (Register pointer : new Register[] {RSI, RDX, RCX}) {
      code.add(pointer, VECTOR_BYTES);
    }
    code.or(R8, R8);
    code.jnz(loop);
    code.mov(RSP, RBP);
    code.pop(RBP);
    code.pop(RBX);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  /** Takes 16 queries, or the rest: their number to r10, and their mask. */
  private void countQueries() {
    // The third number, above the registers saved and where the code returns to.
    code.mov(RAX, at(RBP, 5 * Long.BYTES));
    code.dec(R8);
    int last = code.jz();
    code.xor(RAX, RAX);
    code.add(RAX, (1 << LANES) - 1);
    code.land(last);
    code.kmovq(QUERIES, RAX);
    code.popcnt(R10, RAX);
  }

  /** Leaves the largest score of each lane on the stack, for each query. */
  private void largestScores() {
    VectorRegister most = zmm(0);
    VectorRegister others = zmm(1);
    code.mov(RAX, RSP);
    code.mov(RBX, RDI);
    code.mov(R11, R10);
    int row = code.here();
    // The first score stands for those that do not count, which does not change the maximum.
    code.op(VBROADCASTSS, most, at(RBX));
    code.op(VMOVAPS, others, most);
    for (int vector = 0; vector < VECTORS; vector += 2) {
      code.op(VMAXPS, most.merged(1 + vector), most, at(RBX, vector * VECTOR_BYTES));
      code.op(VMAXPS, others.merged(2 + vector), others, at(RBX, (vector + 1) * VECTOR_BYTES));
    }
    code.op(VMAXPS, most, most, others);
    code.vmovups(at(RAX), most);
    code.add(RBX, ROW_BYTES);
    code.add(RAX, VECTOR_BYTES);
    code.dec(R11);
    code.jnz(row);
  }

  /** Scaling and rounding keep the order, so the largest exponent is the largest score's. */
  private void largestExponents() {
    LaneFold.write(code, RSP, VMAXPS, LARGEST);
    code.op(VMULPS, LARGEST, LARGEST, SCALE);
    round(LARGEST, LARGEST);
    code.vmovups(at(RSP, LARGEST_EXPONENTS), LARGEST);
  }

  /** The exponent of exp: the integer nearest to the product with log2(e). */
  private void round(VectorRegister target, VectorRegister score) {
    code.op(VMULPS, target, score, LOG2_E);
    code.op(VADDPS, target, target, ROUND);
    code.op(VSUBPS, target, target, ROUND);
  }

  /** Replaces the scores of each query, and leaves the sum of each lane on the stack. */
  private void weights() {
    code.mov(RAX, RSP);
    code.mov(RBX, RSP);
    code.mov(R11, R10);
    int row = code.here();
    code.op(VBROADCASTSS, LARGEST, at(RBX, LARGEST_EXPONENTS));
    for (int vector = 0; vector < VECTORS; vector++) {
      weights(vector);
    }
    code.op(VADDPS, zmm(0), mantissa(0), mantissa(1));
    code.op(VADDPS, zmm(0), zmm(0), mantissa(2));
    code.op(VADDPS, zmm(0), zmm(0), mantissa(3));
    code.vmovups(at(RAX), zmm(0));
    code.add(RDI, ROW_BYTES);
    code.add(RAX, VECTOR_BYTES);
    code.add(RBX, Float.BYTES);
    code.dec(R11);
    code.jnz(row);
  }

  private static VectorRegister mantissa(int vector) {
    return zmm(2 * VECTORS + vector);
  }

  private void weights(int vector) {
    VectorRegister t = zmm(vector);
    VectorRegister power = zmm(VECTORS + vector);
    VectorRegister mantissa = mantissa(vector);
    code.op(VMULPS, t, SCALE, at(RDI, vector * VECTOR_BYTES));
    round(power, t);
    code.op(VFMADD231PS, t, power, MINUS_LN2_HIGH);
    code.op(VFMADD231PS, t, power, MINUS_LN2_LOW);
    code.op(VMOVAPS, mantissa, C4);
    code.op(VFMADD231PS, mantissa, t, C5);
    for (VectorRegister coefficient : COEFFICIENTS) {
      code.op(VFMADD213PS, mantissa, t, coefficient);
    }
    code.op(VSUBPS, power, power, LARGEST);
    powerOfTwo(power);
    code.op(VMULPS, mantissa.zeroed(1 + vector), mantissa, power);
    code.vmovups(at(RDI, vector * VECTOR_BYTES), mantissa);
  }

  /** {@link ExtendedExp#powerOfTwo}. */
  private void powerOfTwo(VectorRegister power) {
    code.op(VMAXPS, power, power, SMALLEST_EXPONENT);
    code.op(VADDPS, power, power, EXPONENT_BIAS);
    code.vpslld(power, power, 23);
  }

  /**
   * Adds the sums to those of the blocks before, and leaves what merges the values. A sum that is
   * not a number stays so, whatever it is multiplied with.
   */
  private void merge() {
    VectorRegister sum = zmm(0);
    VectorRegister mantissa = zmm(1);
    VectorRegister oldFactor = zmm(2);
    VectorRegister newFactor = zmm(3);
    VectorRegister larger = zmm(4);
    LaneFold.write(code, RSP, VADDPS, sum);
    code.op(VMOVUPS, mantissa.zeroed(QUERIES), at(RSI));
    code.op(VMOVUPS, oldFactor.zeroed(QUERIES), at(RDX));
    code.op(VMOVUPS, newFactor, at(RSP, LARGEST_EXPONENTS));
    code.op(VMAXPS, larger, oldFactor, newFactor);
    code.op(VSUBPS, oldFactor, oldFactor, larger);
    powerOfTwo(oldFactor);
    code.op(VSUBPS, newFactor, newFactor, larger);
    powerOfTwo(newFactor);
    code.op(VMULPS, mantissa, mantissa, oldFactor);
    code.op(VMULPS, sum, sum, newFactor);
    code.op(VADDPS, mantissa, mantissa, sum);
    code.vmovups(at(RSI).masked(QUERIES), mantissa);
    code.vmovups(at(RDX).masked(QUERIES), larger);
    code.vmovups(at(RCX).masked(QUERIES), oldFactor);
    code.vmovups(at(RCX, NEW_FACTORS).masked(QUERIES), newFactor);
  }
}
