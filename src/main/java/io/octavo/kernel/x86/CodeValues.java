package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R10;
import static io.octavo.kernel.x86.Register.R11;
import static io.octavo.kernel.x86.Register.R12;
import static io.octavo.kernel.x86.Register.R13;
import static io.octavo.kernel.x86.Register.R14;
import static io.octavo.kernel.x86.Register.R15;
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
import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VCVTDQ2PS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVAPS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;

import io.octavo.kernel.PanelMatrix;

/**
 * Products of codes turned to values before they leave the registers, with 512 bits: a run of tiles
 * of each of a run of panels.
 */
final class CodeValues {
  private static final int PANEL_BYTES = PanelMatrix.WIDTH * Float.BYTES;
  private static final int LANES = 16;

  private CodeValues() {}

  /**
   * {@code y = float(start + x * weights) * rowStep * step + bias}.
   *
   * <p>Registers: rdi x, rsi y, rdx steps of the rows, rcx steps of the outputs, r8 bias, r9
   * weights; as numbers groups, tiles, panels, the bytes from row to row of x and of y, the mask of
   * the outputs to store, the bytes from panel to panel of the bias, the offsets of all six, and
   * what to fetch meanwhile, from a panel's weights on, the bytes from group to group of that, and
   * room for where it is. Within: r12, r14 and r15 are where a tile's x, y and steps are, r13 the
   * tiles left.
   */
  static MachineCode code(CodeTile tile) {
    Assembler code = new Assembler("code-values-" + tile.path() + "-" + tile.rows());
    NativeCall.displace(code, 7, RDI, RSI, RDX, RCX, R8, R9);
    Register[] saved = {RBX, RBP, R12, R13, R14, R15, RDI};
    for (Register register : saved) {
      code.push(register);
    }
    code.mov(RBX, NativeCall.number(5, saved.length));
    for (int vector = 0; vector < tile.vectors(); vector++) {
      if (vector == 0) {
        code.kmovq(1, RBX);
      } else {
        code.kshiftrq(1 + vector, vector, LANES);
      }
    }
    code.mov(RAX, NativeCall.number(3, saved.length));
    int panelLoop = code.here();
    code.mov(RBX, NativeCall.number(13, saved.length));
    code.add(RBX, R9);
    code.mov(NativeCall.number(15, saved.length), RBX);
    code.mov(R12, at(RSP));
    code.mov(R14, RSI);
    code.mov(R15, RDX);
    code.mov(R13, NativeCall.number(1, saved.length));
    int tileLoop = code.here();
    code.mov(R11, NativeCall.number(0, saved.length));
    code.mov(R10, R11);
    code.shl(R10, Integer.numberOfTrailingZeros(tile.weightStride()));
    code.add(R10, R9);
    for (int row = 0; row < tile.rows(); row++) {
      for (int vector = 0; vector < tile.vectors(); vector++) {
        VectorRegister sum = tile.sum(row, vector);
        if (row == 0) {
          code.op(VMOVUPS, sum, at(R10, vector * sum.bytes()));
        } else {
          code.op(VMOVAPS, sum, tile.sum(0, vector));
        }
      }
    }
    code.mov(RBX, R12);
    code.mov(RBP, R9);
    code.mov(RDI, NativeCall.number(15, saved.length));
    tile.accumulate(code, RDI, NativeCall.number(14, saved.length));
    code.mov(NativeCall.number(15, saved.length), RDI);
    code.mov(RDI, NativeCall.number(4, saved.length));
    for (int vector = 0; vector < tile.vectors(); vector++) {
      int at = vector * tile.sum(0, 0).bytes();
      code.op(VMOVUPS, step(tile, vector).zeroed(1 + vector), at(RCX, at));
      code.op(VMOVUPS, bias(tile, vector).zeroed(1 + vector), at(R8, at));
    }
    for (int row = 0; row < tile.rows(); row++) {
      for (int vector = 0; vector < tile.vectors(); vector++) {
        VectorRegister sum = tile.sum(row, vector);
        code.op(VCVTDQ2PS, sum, sum);
        code.op(VMULPS, sum, sum, at(R15, row * Float.BYTES).toAll());
        code.op(VMULPS, sum, sum, step(tile, vector));
        code.op(VADDPS, sum, sum, bias(tile, vector));
        code.vmovups(at(R14, vector * sum.bytes()).masked(1 + vector), sum);
      }
      code.add(R14, RDI);
    }
    code.add(R15, tile.rows() * Float.BYTES);
    tile.pointers().advance(code, R12, RAX);
    code.dec(R13);
    code.jnz(tileLoop);
    code.lea(R9, at(RBP, PANEL_BYTES));
    code.add(RSI, PANEL_BYTES);
    code.add(RCX, PANEL_BYTES);
    code.add(R8, NativeCall.number(6, saved.length));
    code.mov(RBX, NativeCall.number(2, saved.length));
    code.dec(RBX);
    code.mov(NativeCall.number(2, saved.length), RBX);
    code.jnz(panelLoop);
    for (int i = saved.length - 1; i >= 0; i--) {
      code.pop(saved[i]);
    }
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  private static VectorRegister step(CodeTile tile, int vector) {
    return tile.spare(vector);
  }

  private static VectorRegister bias(CodeTile tile, int vector) {
    return tile.spare(tile.vectors() + vector);
  }
}
