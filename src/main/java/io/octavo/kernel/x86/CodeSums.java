package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R11;
import static io.octavo.kernel.x86.Register.R12;
import static io.octavo.kernel.x86.Register.R13;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.R9;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RBP;
import static io.octavo.kernel.x86.Register.RBX;
import static io.octavo.kernel.x86.Register.RCX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.Register.RSP;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;

import java.lang.foreign.MemorySegment;

/** Sums of products of codes: a run of tiles, one below the other, of one part of a panel. */
final class CodeSums {

  private CodeSums() {}

  /**
   * {@code y = start + x * weights}, in int32.
   *
   * <p>Registers: rdi x, rsi y, r8 starts, r9 weights; as numbers groups, tiles, and the bytes from
   * row to row of x, starts and y.
   */
  static MachineCode code(CodeTile tile) {
    Assembler code = new Assembler("code-sums-" + tile.path() + "-" + tile.rows());
    code.push(RBX);
    code.push(RBP);
    code.push(R12);
    code.push(R13);
    int arguments = 5 * Long.BYTES;
    code.mov(RCX, at(RSP, arguments));
    code.mov(RDX, at(RSP, arguments + Long.BYTES));
    code.mov(RAX, at(RSP, arguments + 2 * Long.BYTES));
    code.mov(R12, at(RSP, arguments + 3 * Long.BYTES));
    code.mov(R13, at(RSP, arguments + 4 * Long.BYTES));
    int loop = code.here();
    for (int row = 0; row < tile.rows(); row++) {
      for (int vector = 0; vector < tile.vectors(); vector++) {
        VectorRegister sum = tile.sum(row, vector);
        code.op(VMOVUPS, sum, at(R8, vector * sum.bytes()));
      }
      code.add(R8, R12);
    }
    code.mov(RBX, RDI);
    code.mov(RBP, R9);
    code.mov(R11, RCX);
    tile.accumulate(code);
    for (int row = 0; row < tile.rows(); row++) {
      for (int vector = 0; vector < tile.vectors(); vector++) {
        VectorRegister sum = tile.sum(row, vector);
        code.vmovups(at(RSI, vector * sum.bytes()), sum);
      }
      code.add(RSI, R13);
    }
    tile.pointers().advance(code, RDI, RAX);
    code.dec(RDX);
    code.jnz(loop);
    code.pop(R13);
    code.pop(R12);
    code.pop(RBP);
    code.pop(RBX);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  /**
   * Calls the code.
   *
   * @param groups groups of inputs, at least 1
   * @param tiles tiles, at least 1
   * @param xStride bytes from row to row of {@code x}
   * @param startStride bytes from row to row of {@code starts}, 0 for the same for all
   * @param yStride bytes from row to row of {@code y}
   */
  static void call(
      MemorySegment code,
      MemorySegment x,
      MemorySegment weights,
      MemorySegment starts,
      MemorySegment y,
      long groups,
      long tiles,
      long xStride,
      long startStride,
      long yStride) {
    NativeCall.segments(
        code, x, y, y, y, starts, weights, groups, tiles, xStride, startStride, yStride, 0, 0);
  }
}
