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
import static io.octavo.kernel.x86.VectorInstruction.VADDPS;
import static io.octavo.kernel.x86.VectorInstruction.VBROADCASTSS;
import static io.octavo.kernel.x86.VectorInstruction.VCVTDQ2PS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VMULPS;
import static io.octavo.kernel.x86.VectorInstruction.VPADDD;
import static io.octavo.kernel.x86.VectorInstruction.VPBROADCASTD;
import static io.octavo.kernel.x86.VectorInstruction.VPDPBUSD;
import static io.octavo.kernel.x86.VectorInstruction.VXORPS;

import io.octavo.kernel.FetchAhead;
import io.octavo.kernel.PanelMatrix;
import java.util.List;

/**
 * The products of one to three rows of codes with some panels side by side, turned to values, with
 * 512 bits. So few rows read every weight once, so they are as fast as memory is, and a core gets
 * more out of memory that it reads at several places a time than at one. The weights' starts, which
 * lie behind them, are added last, for the same reason: read first, they would be waited for.
 * Between the weights the code fetches what {@link FetchAhead} names.
 *
 * @param rows up to {@link #MOST_ROWS}, and more than one for two panels only
 * @param panels at a time, up to {@link #MOST}
 */
record CodeRow(int rows, int panels) {
  /** Sums of so many panels fit into the registers, and more places make nothing faster. */
  static final int MOST = 4;

  /** The sums of so many rows and two panels fit into the registers. */
  static final int MOST_ROWS = 3;

  private static final int VECTOR_BYTES = 64;
  private static final int VECTORS = PanelMatrix.WIDTH * Float.BYTES / VECTOR_BYTES;
  private static final int PANEL_BYTES = VECTORS * VECTOR_BYTES;

  /** The first offset's position. */
  private static final int OFFSETS = 11;

  private static final List<Register> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

  /** The numbers, in this order; distances and strides in bytes. */
  private enum Argument {
    /** Groups of inputs between two fetches. */
    GROUPS(0),
    FETCHES(1),
    /** Groups behind the last fetch. */
    REST(2),
    /** Runs of {@link CodeRow#panels} panels. */
    RUNS(3),
    /** From panel to panel. */
    WEIGHT_STRIDE(4),
    /** From panel to panel. */
    BIAS_STRIDE(5),
    /** The address of what is fetched first. */
    FETCH(6),
    /** From one fetch to the next. */
    FETCH_STRIDE(7),
    /** To a second place that is fetched as well. */
    FETCH_DISTANCE(8),
    /** From row to row. */
    X_STRIDE(9),
    /** From row to row. */
    Y_STRIDE(10);

    private final int position;

    Argument(int position) {
      this.position = position;
    }

    Address address() {
      return NativeCall.number(position, SAVED.size());
    }
  }

  /**
   * {@code y = float(start + x * weights) * rowStep * step + bias}, of one run of panels behind the
   * other.
   *
   * <p>Registers: rdi x, rsi y, rdx steps of the rows, rcx steps of the outputs, r8 bias, r9
   * weights; as numbers what {@link Argument} lists, and then the offsets of all six. Within: rbp
   * is where the first row of x is and r10, if there are others, the bytes between them; r11 the
   * fetches, r12 the runs and r13 the groups left; rdx, r14 and r15 are the place, the stride and
   * the distance of fetches. Behind the groups r11 is where a row of y is, r13 the bytes between
   * them.
   */
  MachineCode code() {
    Assembler code = new Assembler("code-row-" + CodePath.AVX512_VNNI + "-" + rows + "x" + panels);
    NativeCall.displace(code, OFFSETS, RDI, RSI, RDX, RCX, R8, R9);
    for (Register register : SAVED) {
      code.push(register);
    }
    StridePointers pointers = new StridePointers(panels);
    for (int row = 0; row < rows; row++) {
      code.op(VBROADCASTSS, rowStep(row), at(RDX, row * Float.BYTES));
    }
    if (rows > 1) {
      code.mov(R10, Argument.X_STRIDE.address());
    }
    code.mov(RDX, Argument.FETCH.address());
    code.mov(R14, Argument.FETCH_STRIDE.address());
    code.mov(R15, Argument.FETCH_DISTANCE.address());
    code.mov(R12, Argument.RUNS.address());
    code.mov(RAX, Argument.WEIGHT_STRIDE.address());
    int panelLoop = code.here();
    for (int i = 0; i < rows * panels * VECTORS; i++) {
      VectorRegister sum = VectorRegister.zmm(i);
      code.op(VXORPS, sum, sum, sum);
    }
    code.mov(RBX, R9);
    pointers.begin(code);
    code.mov(RBP, RDI);
    code.mov(R11, Argument.FETCHES.address());
    int fetchLoop = code.here();
    code.mov(R13, Argument.GROUPS.address());
    accumulate(code, pointers);
    code.prefetcht0(at(RDX));
    code.prefetcht0(at(RDX, R15, 1));
    code.add(RDX, R14);
    code.dec(R11);
    code.jnz(fetchLoop);
    code.mov(R13, Argument.REST.address());
    code.or(R13, R13);
    int whole = code.jz();
    accumulate(code, pointers);
    code.land(whole);
    store(code);
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

  /** Adds as many groups as r13 says, one at least. */
  private void accumulate(Assembler code, StridePointers pointers) {
    int loop = code.here();
    for (int row = 0; row < rows; row++) {
      code.op(VPBROADCASTD, x(row), row == 0 ? at(RBP) : at(RBP, R10, row));
    }
    for (int panel = 0; panel < panels; panel++) {
      for (int vector = 0; vector < VECTORS; vector++) {
        Operand weights = weights(panel, vector);
        if (rows > 1) {
          code.op(VMOVUPS, spare(2 * rows), weights);
          weights = spare(2 * rows);
        }
        for (int row = 0; row < rows; row++) {
          code.op(VPDPBUSD, sum(row, panel, vector), x(row), weights);
        }
      }
    }
    pointers.step(code, PANEL_BYTES);
    code.add(RBP, CodeTile.GROUP_BYTES);
    code.dec(R13);
    code.jnz(loop);
  }

  private void store(Assembler code) {
    code.mov(R13, Argument.Y_STRIDE.address());
    for (int panel = 0; panel < panels; panel++) {
      code.mov(R11, RSI);
      for (int row = 0; row < rows; row++) {
        for (int vector = 0; vector < VECTORS; vector++) {
          VectorRegister sum = sum(row, panel, vector);
          int bytes = panel * PANEL_BYTES + vector * VECTOR_BYTES;
          code.op(VPADDD, sum, sum, weights(panel, vector));
          code.op(VCVTDQ2PS, sum, sum);
          code.op(VMULPS, sum, sum, rowStep(row));
          code.op(VMULPS, sum, sum, at(RCX, bytes));
          code.op(VADDPS, sum, sum, at(R8, vector * VECTOR_BYTES));
          code.vmovups(at(R11, bytes), sum);
        }
        code.add(R11, R13);
      }
      code.add(R8, Argument.BIAS_STRIDE.address());
    }
  }

  private VectorRegister sum(int row, int panel, int vector) {
    return VectorRegister.zmm((row * panels + panel) * VECTORS + vector);
  }

  private VectorRegister x(int row) {
    return spare(row);
  }

  private VectorRegister rowStep(int row) {
    return spare(rows + row);
  }

  /** A register behind those of the sums. */
  private VectorRegister spare(int number) {
    return VectorRegister.zmm(rows * panels * VECTORS + number);
  }

  /** A vector of the group that the pointers are at. */
  private static Address weights(int panel, int vector) {
    return StridePointers.address(panel).plus(vector * VECTOR_BYTES);
  }
}
