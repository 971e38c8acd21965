package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R8;
import static io.octavo.kernel.x86.Register.R9;
import static io.octavo.kernel.x86.Register.RAX;
import static io.octavo.kernel.x86.Register.RDI;
import static io.octavo.kernel.x86.Register.RSI;
import static io.octavo.kernel.x86.Register.RSP;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VDIVPS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;
import static io.octavo.kernel.x86.VectorRegister.xmm;
import static io.octavo.kernel.x86.VectorRegister.zmm;

import io.octavo.kernel.PanelMatrix;

/** The division of what queries have by the sums of their weights, with 512 bits. */
final class ValueDivision {
  private static final int LANES = FloatTile.LANES;
  private static final int VECTORS = PanelMatrix.WIDTH / LANES;

  private ValueDivision() {}

  /**
   * Registers: rdi out, rsi mantissas; as numbers queries, the bytes from query to query, a bit for
   * each feature, and the offsets of both.
   */
  static MachineCode code() {
    Assembler code = new Assembler("attention-division");
    NativeCall.displace(code, 3, RDI, RSI);
    code.mov(R8, NativeCall.number(0, 0));
    code.mov(R9, NativeCall.number(1, 0));
    code.mov(RAX, NativeCall.number(2, 0));
    code.kmovq(1, RAX);
    for (int vector = 1; vector < VECTORS; vector++) {
      code.kshiftrq(1 + vector, vector, LANES);
    }
    code.xor(RAX, RAX);
    code.add(RAX, Float.floatToRawIntBits(1f));
    code.push(RAX);
    code.op(VBROADCASTSS, xmm(0), at(RSP));
    code.pop(RAX);
    int loop = code.here();
    code.op(VBROADCASTSS, xmm(1), at(RSI));
    code.op(VDIVPS, xmm(1), xmm(0), xmm(1));
    code.op(VBROADCASTSS, zmm(1), xmm(1));
    for (int vector = 0; vector < VECTORS; vector++) {
      Address out = at(RDI, vector * LANES * Float.BYTES);
      code.op(VMULPS, zmm(2).zeroed(1 + vector), zmm(1), out);
      code.vmovups(out.masked(1 + vector), zmm(2));
    }
    code.add(RSI, Float.BYTES);
    code.add(RDI, R9);
    code.dec(R8);
    code.jnz(loop);
    code.vzeroupper();
    code.ret();
    return code.finish();
  }
}
