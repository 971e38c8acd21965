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
import static io.octavo.kernel.x86.VectorInstruction.VCVTPH2PS;
import static io.octavo.kernel.x86.VectorInstruction.VFMADD231PS;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VPMOVZXWD;
import static io.octavo.kernel.x86.VectorInstruction.VXORPS;

import io.octavo.kernel.PanelMatrix;
import io.octavo.tensor.DType;
import java.util.List;

/**
 * Products of rows of floats with a block of a panel of weights in 16 or 32 bits, which are widened
 * in the registers: a run of tiles, one below the other, of each of a run of panels. The sums of a
 * tile stay in registers, start from zero and take the inputs in order by fused multiply-add; then
 * what the blocks before summed up to is added, and the bias.
 *
 * @param path the instructions
 * @param type how a weight is stored: {@link DType#F32}, {@link DType#F16} or {@link DType#BF16}
 * @param rows rows of a tile, 1 to {@link #MAX_ROWS}
 */
record PanelTile(FloatPath path, DType type, int rows) {
  static final int MAX_ROWS = 6;

  private static final int PANEL_BYTES = PanelMatrix.WIDTH * Float.BYTES;
  private static final int HALF_BITS = 16;
  private static final int ROTATING = 4;

  private static final List<Register> SAVED = List.of(RBX, RBP, R12, R13, R14, R15);

  /** The numbers, in this order; offsets and strides in bytes. */
  private enum Argument {
    INPUTS(0),
    X_OFFSET(1),
    WEIGHT_OFFSET(2),
    Y_OFFSET(3),
    BEGIN_OFFSET(4),
    BIAS_OFFSET(5),
    TILES(6),
    PANELS(7),
    /** From row to row. */
    X_STRIDE(8),
    /** From panel to panel. */
    WEIGHT_STRIDE(9),
    /** From row to row. */
    Y_STRIDE(10),
    /** From row to row; the same for all panels. */
    BEGIN_STRIDE(11),
    /** From panel to panel. */
    BIAS_STRIDE(12);

    private final int position;

    Argument(int position) {
      this.position = position;
    }

    Address address() {
      return NativeCall.number(position, SAVED.size());
    }
  }

  /** Outputs of a tile, a part of a panel: a single row leaves registers for a whole one. */
  static int outputs(FloatPath path, int rows) {
    return rows == 1 || path == FloatPath.AVX512 ? PanelMatrix.WIDTH : 2 * path.lanes();
  }

  /** Outputs of the tile. */
  int outputs() {
    return outputs(path, rows);
  }

  /** Vectors of a row's sums. */
  private int vectors() {
    return outputs() / path.lanes();
  }

  /** Bytes of weights from input to input. */
  int weightStride() {
    return PanelMatrix.WIDTH * type.bytes();
  }

  /**
   * {@code y = (x * weights + begin) + bias}.
   *
   * <p>Registers: rdi x, rsi y, rdx begin, rcx bias, r9 weights; as numbers what {@link Argument}
   * lists. Within: r12, r14 and r15 are where a tile's x, y and begin are, r13 the tiles left.
   */
  MachineCode code() {
    Assembler code = new Assembler("panel-tile-" + path + "-" + type + "-" + rows);
    for (Register register : SAVED) {
      code.push(register);
    }
    code.add(RDI, Argument.X_OFFSET.address());
    code.add(R9, Argument.WEIGHT_OFFSET.address());
    code.add(RSI, Argument.Y_OFFSET.address());
    code.add(RDX, Argument.BEGIN_OFFSET.address());
    code.add(RCX, Argument.BIAS_OFFSET.address());
    code.mov(RAX, Argument.X_STRIDE.address());
    code.mov(R8, Argument.INPUTS.address());
    StridePointers pointers = new StridePointers(rows);
    int panelLoop = code.here();
    code.mov(R12, RDI);
    code.mov(R14, RSI);
    code.mov(R15, RDX);
    code.mov(R13, Argument.TILES.address());
    int tileLoop = code.here();
    for (int i = 0; i < rows * vectors(); i++) {
      code.op(VXORPS, register(i), register(i), register(i));
    }
    code.mov(RBX, R12);
    code.mov(RBP, R9);
    code.mov(R11, R8);
    pointers.begin(code);
    int loop = code.here();
    if (rows == 1) {
      multiplyRow(code);
    } else {
      multiplyRows(code);
    }
    pointers.step(code, Float.BYTES);
    code.add(RBP, weightStride());
    code.dec(R11);
    code.jnz(loop);
    for (int row = 0; row < rows; row++) {
      for (int vector = 0; vector < vectors(); vector++) {
        VectorRegister sum = sum(row, vector);
        int bytes = vector * sum.bytes();
        code.op(VADDPS, sum, sum, at(R15, bytes));
        code.op(VADDPS, sum, sum, at(RCX, bytes));
        code.vmovups(at(R14, bytes), sum);
      }
      code.add(R14, Argument.Y_STRIDE.address());
      code.add(R15, Argument.BEGIN_STRIDE.address());
    }
    pointers.advance(code, R12, RAX);
    code.dec(R13);
    code.jnz(tileLoop);
    code.add(R9, Argument.WEIGHT_STRIDE.address());
    code.add(RSI, PANEL_BYTES);
    code.add(RCX, Argument.BIAS_STRIDE.address());
    code.mov(RBX, Argument.PANELS.address());
    code.dec(RBX);
    code.mov(Argument.PANELS.address(), RBX);
    code.jnz(panelLoop);
    for (int i = SAVED.size() - 1; i >= 0; i--) {
      code.pop(SAVED.get(i));
    }
    code.vzeroupper();
    code.ret();
    return code.finish();
  }

  private void multiplyRow(Assembler code) {
    VectorRegister x = register(vectors());
    code.op(VBROADCASTSS, x, StridePointers.address(0));
    for (int vector = 0; vector < vectors(); vector++) {
      if (type == DType.F32) {
        code.op(VFMADD231PS, sum(0, vector), x, weights(vector));
      } else {
        VectorRegister wide = register(vectors() + 1 + vector % ROTATING);
        widen(code, type, wide, weights(vector));
        code.op(VFMADD231PS, sum(0, vector), x, wide);
      }
    }
  }

  private void multiplyRows(Assembler code) {
    int first = rows * vectors();
    for (int vector = 0; vector < vectors(); vector++) {
      widen(code, type, register(first + vector), weights(vector));
    }
    int rotating = Math.min(ROTATING, path.registers() - first - vectors());
    for (int row = 0; row < rows; row++) {
      VectorRegister x = register(first + vectors() + row % rotating);
      code.op(VBROADCASTSS, x, StridePointers.address(row));
      for (int vector = 0; vector < vectors(); vector++) {
        code.op(VFMADD231PS, sum(row, vector), x, register(first + vector));
      }
    }
  }

  /** A vector of weights as floats. */
  static void widen(Assembler code, DType type, VectorRegister target, Address source) {
    switch (type) {
      case F32 -> code.op(VMOVUPS, target, source);
      case F16 -> code.op(VCVTPH2PS, target, source);
      case BF16 -> {
        code.op(VPMOVZXWD, target, source);
        code.vpslld(target, target, HALF_BITS);
      }
      case I8 -> throw new IllegalArgumentException("Codes have products of their own");
    }
  }

  private VectorRegister sum(int row, int vector) {
    return register(row * vectors() + vector);
  }

  private Address weights(int vector) {
    return at(RBP, vector * path.lanes() * type.bytes());
  }

  private VectorRegister register(int number) {
    return VectorRegister.of(number, path.bits());
  }
}
