package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.R9;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RBP;
import static io.octavo.kernel.x86.Register.RBX;
import static io.octavo.kernel.x86.Register.RCX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RDX;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD231PS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.PanelMatrix;

/**
 * Weighted values with 512 bits: a run of tiles of queries, one below the other, whose sums are
 * merged with what the queries have while they are in registers.
 *
 * @param tile the products
 */
record ValueTile(FloatTile tile) {
  private static final int LANES = FloatTile.LANES;

  /** Free once the products are done, as the panel's registers are, of which there are two. */
  private static final VectorRegister OLD = VectorRegister.zmm(31);

  private static final int WEIGHT_STRIDE = PanelMatrix.WIDTH * Float.BYTES;
  private static final int NEW_FACTORS = BlockWeights.MAX_QUERIES * Float.BYTES;

  /**
   * {@code out = fma(weights * panel, new, out * old)}.
   *
   * <p>Registers: rdi weights, rsi panel, rdx out, rcx the factors of what came before; as numbers
   * keys, tiles, the bytes from query to query of out, a bit for each feature, and the offsets of
   * all four.
   */
  MachineCode code() {
    Assembler code = new Assembler("attention-values-" + tile.rows() + "-" + tile.vectors());
    NativeCall.displace(code, 4, RDI, RSI, RDX, RCX);
    code.push(RBX);
    code.push(RBP);
    code.mov(R8, NativeCall.number(0, 2));
    code.mov(R9, NativeCall.number(1, 2));
    code.mov(RAX, NativeCall.number(3, 2));
    code.kmovq(1, RAX);
    for (int vector = 1; vector < tile.vectors(); vector++) {
      code.kshiftrq(1 + vector, vector, LANES);
    }
    int tiles = code.here();
    code.xor(RAX, RAX);
    code.add(RAX, WEIGHT_STRIDE);
    tile.multiply(code, R8);
    code.mov(RBX, NativeCall.number(2, 2));
    for (int row = 0; row < tile.rows(); row++) {
      merge(code, row);
      code.add(RDX, RBX);
    }
    code.add(RCX, tile.rows() * Float.BYTES);
    code.add(RDI, tile.rows() * WEIGHT_STRIDE);
    code.dec(R9);
    code.jnz(tiles);
    code.pop(RBP);
    code.pop(RBX);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  private void merge(Assembler code, int row) {
    VectorRegister factor = tile.weights(0);
    VectorRegister merged = tile.weights(1);
    code.op(VBROADCASTSS, OLD, at(RCX, row * Float.BYTES));
    code.op(VBROADCASTSS, factor, at(RCX, NEW_FACTORS + row * Float.BYTES));
    for (int vector = 0; vector < tile.vectors(); vector++) {
      Address out = at(RDX, vector * LANES * Float.BYTES);
      code.op(VMULPS, merged.zeroed(1 + vector), OLD, out);
      code.op(VFMADD231PS, merged, tile.sum(row, vector), factor);
      code.vmovups(out.masked(1 + vector), merged);
    }
  }
}
