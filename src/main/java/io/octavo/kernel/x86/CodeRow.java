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
import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VCVTDQ2PS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;
import static io.octavo.kernel.x86.VectorInstruction.VPADDD;
import static io.octavo.kernel.x86.VectorInstruction.VPBROADCASTD;
import static io.octavo.kernel.x86.VectorInstruction.VPDPBUSD;
import static io.octavo.kernel.x86.VectorInstruction.VXORPS;

import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The products of a single row of codes with some panels side by side, turned to values, with 512
 * bits. A row reads every weight once, so it is as fast as memory is, and a core gets more out of
 * memory that it reads at several places at a time than at one. The weights' starts, which lie
 * behind them, are added last, for the same reason: read first, they would be waited for.
 *
 * @param panels at a time, up to {@link #MOST}
 */
record CodeRow(int panels) {
  /** Sums of so many panels fit into the registers, and more places make nothing faster. */
  static final int MOST = 4;

  private static final int VECTORS = PanelMatrix.WIDTH * Float.BYTES / 64;
  private static final int VECTOR_BYTES = 64;
  private static final int PANEL_BYTES = VECTORS * VECTOR_BYTES;

  private static final List<Register> SAVED = List.of(RBX, RBP, R12, R13);

  /**
   * {@code y = float(start + x * weights) * rowStep * step + bias}, of one run of panels behind the
   * other.
   *
   * <p>Registers: rdi x, rsi y, rdx the row's step, rcx steps of the outputs, r8 bias, r9 weights;
   * as numbers groups, runs of panels, and the bytes from panel to panel of the weights and of the
   * bias.
   */
  MachineCode code() {
    Assembler code = new Assembler("code-row-" + CodePath.AVX512_VNNI + "-" + panels);
    for (Register register : SAVED) {
      code.push(register);
    }
    StridePointers pointers = new StridePointers(panels);
    VectorRegister x = VectorRegister.zmm(panels * VECTORS);
    VectorRegister rowStep = VectorRegister.zmm(panels * VECTORS + 1);
    code.op(VBROADCASTSS, rowStep, at(RDX));
    code.mov(R12, NativeCall.number(1, SAVED.size()));
    code.mov(RAX, NativeCall.number(2, SAVED.size()));
    code.mov(R13, NativeCall.number(3, SAVED.size()));
    int panelLoop = code.here();
    for (int i = 0; i < panels * VECTORS; i++) {
      VectorRegister sum = VectorRegister.zmm(i);
      code.op(VXORPS, sum, sum, sum);
    }
    code.mov(RBX, R9);
    pointers.begin(code);
    code.mov(RBP, RDI);
    code.mov(R11, NativeCall.number(0, SAVED.size()));
    int loop = code.here();
    code.op(VPBROADCASTD, x, at(RBP));
    for (int panel = 0; panel < panels; panel++) {
      for (int vector = 0; vector < VECTORS; vector++) {
        code.op(VPDPBUSD, sum(panel, vector), x, weights(panel, vector));
      }
    }
    pointers.step(code, PANEL_BYTES);
    code.add(RBP, CodeTile.GROUP_BYTES);
    code.dec(R11);
    code.jnz(loop);
    for (int panel = 0; panel < panels; panel++) {
      for (int vector = 0; vector < VECTORS; vector++) {
        VectorRegister sum = sum(panel, vector);
        int bytes = panel * PANEL_BYTES + vector * VECTOR_BYTES;
        code.op(VPADDD, sum, sum, weights(panel, vector));
        code.op(VCVTDQ2PS, sum, sum);
        code.op(VMULPS, sum, sum, rowStep);
        code.op(VMULPS, sum, sum, at(RCX, bytes));
        code.op(VADDPS, sum, sum, at(R8, vector * VECTOR_BYTES));
        code.vmovups(at(RSI, bytes), sum);
      }
      code.add(R8, R13);
    }
    code.add(RSI, panels * PANEL_BYTES);
    code.add(RCX, panels * PANEL_BYTES);
    pointers.advance(code, R9, RAX);
    code.dec(R12);
    code.jnz(panelLoop);
    for (int i = SAVED.size() - 1; i >= 0; i--) {
      code.pop(SAVED.get(i));
    }
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  private static VectorRegister sum(int panel, int vector) {
    return VectorRegister.zmm(panel * VECTORS + vector);
  }

  /** A vector of the group that the pointers are at. */
  private static Address weights(int panel, int vector) {
    return StridePointers.address(panel).plus(vector * VECTOR_BYTES);
  }

  /**
   * Calls the code.
   *
   * @param groups groups of inputs, at least 1
   * @param runs of {@link #panels} panels, at least 1
   * @param panelBytes bytes from panel to panel of the weights
   * @param biasStride bytes from panel to panel of {@code bias}
   */
  static void call(
      MemorySegment code,
      MemorySegment x,
      MemorySegment weights,
      MemorySegment y,
      MemorySegment rowStep,
      MemorySegment steps,
      MemorySegment bias,
      long groups,
      long runs,
      long panelBytes,
      long biasStride) {
    NativeCall.segments(
        code, x, y, rowStep, steps, bias, weights, groups, runs, panelBytes, biasStride, 0, 0, 0);
  }
}
