package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.VectorInstruction.VADDPD;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSD;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VCVTPS2PD;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD231PD;
import static io.octavo.kernel.x86.VectorInstruction.VSUBPD;
import static io.octavo.kernel.x86.VectorInstruction.VXORPS;
import static io.octavo.kernel.x86.VectorRegister.ymm;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import io.octavo.kernel.SumTree;
import java.util.List;

/**
 * Sums of a row's elements and of their squares, in doubles, as {@link SumTree} orders them: its
 * lanes are two registers. What is not there is added as zero, which changes no lane, since a sum
 * that begins with zero is never the negative one.
 */
final class NormalizationSums {
  /** Where a sum's lanes are, and in the end the sum. */
  static final VectorRegister SUM = zmm(2);

  /** The same of the squares. */
  static final VectorRegister SQUARES = zmm(4);

  /** What is subtracted before, where something is. */
  static final VectorRegister PIVOT = zmm(6);

  /** The mask of the second register's lanes. */
  private static final int UPPER_REST = 2;

  private static final int LANES = SumTree.LANES / 2;

  private final Assembler code;
  private final boolean centres;
  private final boolean sums;
  private final boolean squares;

  /**
   * Writes to {@code code}.
   *
   * @param centres whether {@link #PIVOT} is subtracted from elements
   * @param sums whether elements are added up
   * @param squares whether squares are
   */
  NormalizationSums(Assembler code, boolean centres, boolean sums, boolean squares) {
    this.code = code;
    this.centres = centres;
    this.sums = sums;
    this.squares = squares;
  }

  /** The sum of a row, and that of squares of distances. */
  static List<MachineCode> code() {
    return List.of(sum("sum", false), sum("sum-of-squares", true));
  }

  /**
   * Takes rdi the row, and as numbers its whole vectors, the mask of its rest, its offset in bytes
   * and what is subtracted before elements are squared; leaves the sum in rax.
   */
  private static MachineCode sum(String name, boolean squares) {
    Assembler code = new Assembler("normalization-" + name);
    NormalizationSums sums = new NormalizationSums(code, squares, !squares, squares);
    code.mov(RSI, NativeCall.number(0, 0));
    code.mov(RDX, NativeCall.number(1, 0));
    code.add(RDI, NativeCall.number(2, 0));
    code.op(VBROADCASTSD, PIVOT, NativeCall.number(3, 0));
    sums.clear();
    RowLoop.write(code, RSI, RDX, rest -> sums.add(at(RDI), rest), RDI);
    sums.fold(zmm(0));
    code.vmovq(RAX, (squares ? SQUARES : SUM).as(128));
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  /** Begins a row, whose first element is the pivot. */
  void begin(Address row) {
    if (centres) {
      code.op(VBROADCASTSS, ymm(PIVOT.number()), row);
      code.op(VCVTPS2PD, PIVOT, ymm(PIVOT.number()));
    }
    clear();
  }

  private void clear() {
    for (int half = 0; half < 2; half++) {
      clear(half(SUM, half), sums);
      clear(half(SQUARES, half), squares);
    }
  }

  private void clear(VectorRegister register, boolean used) {
    if (used) {
      code.op(VXORPS, register, register, register);
    }
  }

  /** Adds 16 elements. */
  void add(Address from, boolean rest) {
    if (rest) {
      code.kshiftrq(UPPER_REST, RowLoop.REST, LANES);
    }
    for (int half = 0; half < 2; half++) {
      int mask = half == 0 ? RowLoop.REST : UPPER_REST;
      VectorRegister plain = zmm(half);
      VectorRegister v = rest ? plain.zeroed(mask) : plain;
      code.op(VCVTPS2PD, v, from.plus(half * LANES * Float.BYTES));
      if (centres) {
        code.op(VSUBPD, v, plain, PIVOT);
      }
      if (sums) {
        code.op(VADDPD, half(SUM, half), half(SUM, half), plain);
      }
      if (squares) {
        code.op(VFMADD231PD, half(SQUARES, half), plain, plain);
      }
    }
  }

  /** Leaves the sums of all lanes in every lane. */
  void fold(VectorRegister spare) {
    if (sums) {
      fold(SUM, spare);
    }
    if (squares) {
      fold(SQUARES, spare);
    }
  }

  private void fold(VectorRegister lanes, VectorRegister spare) {
    code.op(VADDPD, lanes, lanes, half(lanes, 1));
    code.op(VectorInstruction.VSHUFI32X4, spare, lanes, lanes, 0x4E);
    code.op(VADDPD, lanes, lanes, spare);
    code.op(VectorInstruction.VSHUFI32X4, spare, lanes, lanes, 0xB1);
    code.op(VADDPD, lanes, lanes, spare);
    code.op(VectorInstruction.VPSHUFD, spare, lanes, 0x4E);
    code.op(VADDPD, lanes, lanes, spare);
  }

  private static VectorRegister half(VectorRegister lanes, int half) {
    return zmm(lanes.number() + half);
  }
}
