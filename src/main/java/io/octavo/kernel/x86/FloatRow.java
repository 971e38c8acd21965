package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
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
import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD231PS;
import static io.octavo.kernel.x86.VectorInstruction.VXORPS;

import io.octavo.kernel.PanelMatrix;
import io.octavo.tensor.DType;
import java.util.List;

/**
 * The products of a single row of floats with some panels side by side, of weights in 16 and 32
 * bits, with 512 bits; several panels at a time for the reason that {@link CodeRow} gives. Inputs
 * are taken block by block, and what the blocks sum up to is added as {@link PanelTile} does.
 *
 * @param type how a weight is stored: {@link DType#F32}, {@link DType#F16} or {@link DType#BF16}
 * @param panels at a time, up to {@link CodeRow#MOST}
 */
record FloatRow(DType type, int panels) {
  private static final int VECTOR_BYTES = 64;
  private static final int VECTORS = PanelMatrix.WIDTH * Float.BYTES / VECTOR_BYTES;
  private static final int PANEL_BYTES = VECTORS * VECTOR_BYTES;
  private static final int ROTATING = 4;

  /**
   * Bytes from what is read of a panel to what is fetched meanwhile: a processor's own prefetchers
   * do not follow four panels so well that are read by half lines. Where they are read by whole
   * ones, instructions that fetch only get in the way.
   */
  private static final int AHEAD = 1024;

  private static final List<Register> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

  /** The numbers, in this order; offsets and strides in bytes. */
  private enum Argument {
    /** Inputs of a block. */
    DEPTH(0),
    BLOCKS(1),
    /** Runs of {@link FloatRow#panels} panels. */
    RUNS(2),
    X_OFFSET(3),
    WEIGHT_OFFSET(4),
    Y_OFFSET(5),
    BEGIN_OFFSET(6),
    BIAS_OFFSET(7),
    /** From panel to panel. */
    WEIGHT_STRIDE(8),
    /** From panel to panel. */
    BEGIN_STRIDE(9),
    /** From panel to panel. */
    BIAS_STRIDE(10);

    private final int position;

    Argument(int position) {
      this.position = position;
    }

    Address address() {
      return NativeCall.number(position, SAVED.size());
    }
  }

  /**
   * {@code y = (x * weights + begin) + bias}, of one run of panels behind the other.
   *
   * <p>Registers: rdi x, rsi y, rdx begin, rcx bias, r9 weights; as numbers what {@link Argument}
   * lists. Within: rbp is where x is, r11 the inputs and r12 the blocks left, r15 what is added to
   * a block, r13 its bytes from panel to panel, r14 the runs left.
   */
  MachineCode code() {
    Assembler code = new Assembler("float-row-" + type + "-" + panels);
    for (Register register : SAVED) {
      code.push(register);
    }
    code.add(RDI, Argument.X_OFFSET.address());
    code.add(R9, Argument.WEIGHT_OFFSET.address());
    code.add(RSI, Argument.Y_OFFSET.address());
    code.add(RDX, Argument.BEGIN_OFFSET.address());
    code.add(RCX, Argument.BIAS_OFFSET.address());
    code.mov(RAX, Argument.WEIGHT_STRIDE.address());
    code.mov(R14, Argument.RUNS.address());
    code.mov(R8, Argument.BIAS_STRIDE.address());
    StridePointers pointers = new StridePointers(panels);
    int panelLoop = code.here();
    code.mov(RBX, R9);
    pointers.begin(code);
    code.mov(RBP, RDI);
    code.mov(R15, RDX);
    code.mov(R13, Argument.BEGIN_STRIDE.address());
    code.mov(R12, Argument.BLOCKS.address());
    int blockLoop = code.here();
    for (int i = 0; i < panels * VECTORS; i++) {
      VectorRegister sum = VectorRegister.zmm(i);
      code.op(VXORPS, sum, sum, sum);
    }
    code.mov(R11, Argument.DEPTH.address());
    int loop = code.here();
    multiply(code);
    pointers.step(code, VECTORS * weightBytes());
    code.add(RBP, Float.BYTES);
    code.dec(R11);
    code.jnz(loop);
    store(code, R15, R13);
    // What was stored is what the next block is added to, of as many bytes from panel to panel.
    code.mov(R15, RSI);
    code.xor(R13, R13);
    code.add(R13, PANEL_BYTES);
    code.dec(R12);
    code.jnz(blockLoop);
    store(code, RCX, R8);
    code.add(RSI, panels * PANEL_BYTES);
    code.mov(R15, Argument.BEGIN_STRIDE.address());
    pointers.advance(code, RDX, R15);
    pointers.advance(code, R9, RAX);
    code.dec(R14);
    code.jnz(panelLoop);
    for (int i = SAVED.size() - 1; i >= 0; i--) {
      code.pop(SAVED.get(i));
    }
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  private void multiply(Assembler code) {
    VectorRegister x = VectorRegister.zmm(panels * VECTORS);
    code.op(VBROADCASTSS, x, at(RBP));
    for (int panel = 0; panel < panels; panel++) {
      int fetched = type == DType.F32 ? 0 : VECTORS * weightBytes();
      for (int line = 0; line < fetched; line += VECTOR_BYTES) {
        code.prefetcht0(StridePointers.address(panel).plus(AHEAD + line));
      }
      for (int vector = 0; vector < VECTORS; vector++) {
        Address weights = StridePointers.address(panel).plus(vector * weightBytes());
        if (type == DType.F32) {
          code.op(VFMADD231PS, sum(panel, vector), x, weights);
        } else {
          VectorRegister wide = VectorRegister.zmm(panels * VECTORS + 1 + vector % ROTATING);
          PanelTile.widen(code, type, wide, weights);
          code.op(VFMADD231PS, sum(panel, vector), x, wide);
        }
      }
    }
  }

  /** Adds what a pointer points at, moves it behind, and stores the sums. */
  private void store(Assembler code, Register added, Register stride) {
    for (int panel = 0; panel < panels; panel++) {
      for (int vector = 0; vector < VECTORS; vector++) {
        VectorRegister sum = sum(panel, vector);
        code.op(VADDPS, sum, sum, at(added, vector * VECTOR_BYTES));
        code.vmovups(at(RSI, panel * PANEL_BYTES + vector * VECTOR_BYTES), sum);
      }
      code.add(added, stride);
    }
  }

  private static VectorRegister sum(int panel, int vector) {
    return VectorRegister.zmm(panel * VECTORS + vector);
  }

  /** Of a vector of weights. */
  private int weightBytes() {
    return VECTOR_BYTES / Float.BYTES * type.bytes();
  }
}
