package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R11;
import static io.octavo.kernel.x86.Register.R12;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.R9;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RBP;
import static io.octavo.kernel.x86.Register.RBX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD231PS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VPXORD;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import io.octavo.kernel.PanelMatrix;

/**
 * Products of rows of floats with a panel of floats, with 512 bits: a run of tiles, one below the
 * other, whose sums stay in registers.
 *
 * @param rows rows of a tile, 1 to {@link #MAX_ROWS}
 * @param vectors vectors of a row's sums, at most 4
 */
record FloatTile(int rows, int vectors) {
  static final int MAX_ROWS = 6;
  static final int LANES = 16;
  private static final int PANEL_STRIDE = PanelMatrix.WIDTH * Float.BYTES;
  private static final int ROTATING = 4;

  /**
   * Bytes from what is read of the panel to what is fetched meanwhile. Keys and values of a token
   * that is decoded are met once, and behind each other, but not long enough for a processor's own
   * prefetchers, which begin anew with each page of 4 KiB.
   */
  private static final int AHEAD = 2048;

  /**
   * {@code sums = x * panel}, in order by fused multiply-add, from zero.
   *
   * <p>Registers: rdi x, rsi panel, rdx sums; as numbers depth, tiles, the bytes from row to row of
   * x and of the sums, and the offsets of all three.
   */
  MachineCode code() {
    Assembler code = new Assembler("float-tile-" + rows + "-" + vectors);
    NativeCall.displace(code, 4, RDI, RSI, RDX);
    code.push(RBX);
    code.push(RBP);
    code.push(R12);
    code.mov(R8, NativeCall.number(0, 3));
    code.mov(R9, NativeCall.number(1, 3));
    code.mov(RAX, NativeCall.number(2, 3));
    code.mov(R12, NativeCall.number(3, 3));
    int tiles = code.here();
    multiply(code, R8);
    for (int row = 0; row < rows; row++) {
      for (int vector = 0; vector < vectors; vector++) {
        code.vmovups(at(RDX, vector * zmm(0).bytes()), sum(row, vector));
      }
      code.add(RDX, R12);
    }
    new StridePointers(rows).advance(code, RDI, RAX);
    code.dec(R9);
    code.jnz(tiles);
    code.pop(R12);
    code.pop(RBP);
    code.pop(RBX);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  /**
   * Writes the products of a tile, whose sums are left in {@link #sum}.
   *
   * <p>Registers: rdi x, rsi panel, rax the bytes from row to row of x; rbx, rbp, r10 and r11 are
   * used.
   *
   * @param depth holds how many numbers are summed
   */
  void multiply(Assembler code, Register depth) {
    for (int i = 0; i < rows * vectors; i++) {
      code.op(VPXORD, zmm(i), zmm(i), zmm(i));
    }
    StridePointers pointers = new StridePointers(rows);
    code.mov(RBX, RDI);
    code.mov(RBP, RSI);
    code.mov(R11, depth);
    pointers.begin(code);
    int loop = code.here();
    for (int vector = 0; vector < vectors; vector++) {
      Address panel = at(RBP, vector * zmm(0).bytes());
      code.op(VMOVUPS, weights(vector), panel);
      code.prefetcht0(panel.plus(AHEAD));
    }
    for (int row = 0; row < rows; row++) {
      VectorRegister x = zmm((rows + 1) * vectors + row % ROTATING);
      code.op(VBROADCASTSS, x, StridePointers.address(row));
      for (int vector = 0; vector < vectors; vector++) {
        code.op(VFMADD231PS, sum(row, vector), x, weights(vector));
      }
    }
    pointers.step(code, Float.BYTES);
    code.add(RBP, PANEL_STRIDE);
    code.dec(R11);
    code.jnz(loop);
  }

  /** The register of the sums of a row in a vector. */
  VectorRegister sum(int row, int vector) {
    return zmm(row * vectors + vector);
  }

  /** A register that is free once the products are done. */
  VectorRegister weights(int vector) {
    return zmm(rows * vectors + vector);
  }
}
