package io.octavo.kernel.x86;

import static io.octavo.kernel.x86.Address.at;
import static io.octavo.kernel.x86.Register.R11;
import static io.octavo.kernel.x86.Register.RBP;
import static io.octavo.kernel.x86.Register.RBX;
import static io.octavo.kernel.x86.VectorInstruction.VMOVUPS;
import static io.octavo.kernel.x86.VectorInstruction.VPADDD;
import static io.octavo.kernel.x86.VectorInstruction.VPBROADCASTD;
import static io.octavo.kernel.x86.VectorInstruction.VPDPBUSD;
import static io.octavo.kernel.x86.VectorInstruction.VPMADDWD;
import static io.octavo.kernel.x86.VectorInstruction.VPMOVSXBW;

import io.octavo.kernel.PanelMatrix;

/**
 * The part that all products of codes share: the sums of a tile, {@code rows} rows by {@link
 * #outputs()} outputs, which stay in registers while a loop goes over the inputs, a group of them
 * at a time. Every row's group is broadcast and multiplied with the groups of the outputs.
 *
 * <p>The loop takes rbx (the first row), rax (the bytes from row to row), rbp (the weights) and r11
 * (the number of groups, at least one), uses r10, and leaves rbp behind the last group.
 *
 * @param path the instructions
 * @param rows at least one, and at most as many as registers hold
 */
record CodeTile(CodePath path, int rows) {
  /** Bytes of a group of activations: four codes, or two that are widened to 16 bits. */
  static final int GROUP_BYTES = 4;

  /** Where the rows are. */
  StridePointers pointers() {
    return new StridePointers(rows);
  }

  /** Vectors of a row's sums: few rows leave registers for a whole panel. */
  int vectors() {
    return rows == 1 || path.bits() == 512 ? PanelMatrix.WIDTH / lanes() : 2;
  }

  /** Outputs of the tile, a part of a panel. */
  int outputs() {
    return vectors() * lanes();
  }

  private int lanes() {
    return path.bits() / Integer.SIZE;
  }

  /** Bytes of weights from group to group. */
  int weightStride() {
    return PanelMatrix.WIDTH * path.layout().group();
  }

  /** Bytes of the weights of one vector of sums in a group. */
  private int weightBytes() {
    return lanes() * path.layout().group();
  }

  /** The register of a sum. */
  VectorRegister sum(int row, int vector) {
    return free(row * vectors() + vector);
  }

  /** A register behind those of the sums. */
  VectorRegister spare(int number) {
    return free(rows * vectors() + number);
  }

  private VectorRegister free(int number) {
    return VectorRegister.of(number, path.bits());
  }

  private int spares() {
    return (path.bits() == 512 ? 32 : 16) - rows * vectors();
  }

  /**
   * Adds all groups to the sums.
   *
   * @param fetched where to fetch with the first group what will be read, and with the others
   *     {@code bytes} further each
   */
  void accumulate(Assembler code, Register fetched, Address bytes) {
    pointers().begin(code);
    int loop = code.here();
    if (rows == 1) {
      singleRow(code);
    } else {
      severalRows(code);
    }
    code.prefetcht0(at(fetched));
    code.add(fetched, bytes);
    pointers().step(code, GROUP_BYTES);
    code.add(RBP, weightStride());
    code.dec(R11);
    code.jnz(loop);
  }

  private void singleRow(Assembler code) {
    VectorRegister x = spare(0);
    code.op(VPBROADCASTD, x, at(RBX));
    for (int vector = 0; vector < vectors(); vector++) {
      Address weights = at(RBP, vector * weightBytes());
      if (path == CodePath.AVX2) {
        code.op(VPMOVSXBW, spare(1), weights);
        multiplyAdd(code, sum(0, vector), x, spare(1));
      } else {
        code.op(VPDPBUSD, sum(0, vector), x, weights);
      }
    }
  }

  private void severalRows(Assembler code) {
    for (int vector = 0; vector < vectors(); vector++) {
      code.op(
          path == CodePath.AVX2 ? VPMOVSXBW : VMOVUPS,
          spare(vector),
          at(RBP, vector * weightBytes()));
    }
    int rotating = Math.min(spares() - vectors() - (path == CodePath.AVX2 ? 1 : 0), 4);
    for (int row = 0; row < rows; row++) {
      VectorRegister x = spare(vectors() + row % rotating);
      code.op(VPBROADCASTD, x, StridePointers.address(row));
      for (int vector = 0; vector < vectors(); vector++) {
        multiplyAdd(code, sum(row, vector), x, spare(vector));
      }
    }
  }

  private void multiplyAdd(
      Assembler code, VectorRegister sum, VectorRegister x, VectorRegister weights) {
    if (path == CodePath.AVX2) {
      VectorRegister products = spare(spares() - 1);
      code.op(VPMADDWD, products, x, weights);
      code.op(VPADDD, sum, sum, products);
    } else {
      code.op(VPDPBUSD, sum, x, weights);
    }
  }
}
