package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R11;
import static io.octavo.kernel.x86.Register.R12;
import static io.octavo.kernel.x86.Register.R13;
import static io.octavo.kernel.x86.Register.R14;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.R9;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RBP;
import static io.octavo.kernel.x86.Register.RBX;
import static io.octavo.kernel.x86.Register.RCX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;

/** Sums of products of codes: a run of tiles, one below the other, of one part of a panel. */
final class CodeSums {

  private CodeSums() {}

  /**
   * {@code y = start + x * weights}, in int32.
   *
   * <p>Registers: rdi x, rsi y, r8 starts, r9 weights; as numbers groups, tiles, the bytes from row
   * to row of x, starts and y, the offsets of x, y, starts and weights, whether starts are those of
   * the weights, and what to fetch meanwhile, from the weights on, and the bytes from group to
   * group of that.
   */
  static MachineCode code(CodeTile tile) {
    Assembler code = new Assembler("code-sums-" + tile.path() + "-" + tile.rows());
    code.mov(RAX, NativeCall.number(9, 0));
    code.or(RAX, RAX);
    int begun = code.jz();
    code.mov(R8, R9);
    code.land(begun);
    NativeCall.displace(code, 5, RDI, RSI, R8, R9);
    code.push(RBX);
    code.push(RBP);
    code.push(R12);
    code.push(R13);
    code.push(R14);
    int pushed = 5;
    code.mov(R14, NativeCall.number(10, pushed));
    code.add(R14, R9);
    code.mov(RCX, NativeCall.number(0, pushed));
    code.mov(RDX, NativeCall.number(1, pushed));
    code.mov(RAX, NativeCall.number(2, pushed));
    code.mov(R12, NativeCall.number(3, pushed));
    code.mov(R13, NativeCall.number(4, pushed));
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
    tile.accumulate(code, R14, NativeCall.number(11, pushed));
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
    code.pop(R14);
    code.pop(R13);
    code.pop(R12);
    code.pop(RBP);
    code.pop(RBX);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }
}
