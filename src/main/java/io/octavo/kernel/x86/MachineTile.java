package io.octavo.kernel.x86;

import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.TileProduct;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The products of attention in machine code with 512 bits, to the bit as the written order. */
public final class MachineTile implements TileProduct {
  /** Vectors of sums for half a panel, and for a whole one. */
  private static final int[] VECTORS = {2, 4};

  /** For half a panel by rows less one, and then for a whole one. */
  private final List<MemorySegment> code;

  private MachineTile(List<MemorySegment> code) {
    this.code = code;
  }

  /**
   * Writes the code and installs it, where {@link CpuFeatures#avx512()} says that it can run.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineTile install() throws MachineCodeException {
    return new MachineTile(ExecutableMemory.install(code()));
  }

  static List<MachineCode> code() {
    List<MachineCode> code = new ArrayList<>();
    for (int vectors : VECTORS) {
      for (int rows = 1; rows <= FloatTile.MAX_ROWS; rows++) {
        code.add(new FloatTile(rows, vectors).code());
      }
    }
    return code;
  }

  @Override
  public void multiply(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float[] panel,
      int panelOffset,
      int depth,
      int width,
      float[] sums,
      int sumsOffset,
      int sumsStride) {
    if (rows == 0 || depth == 0 || width < 1 || width > PanelMatrix.WIDTH) {
      throw new IllegalArgumentException(rows + " rows, depth " + depth + ", width " + width);
    }
    int form = width <= VECTORS[0] * FloatTile.LANES ? 0 : 1;
    int vectors = VECTORS[form];
    int outputs = vectors * FloatTile.LANES;
    Objects.checkFromIndexSize(
        panelOffset, (depth - 1) * PanelMatrix.WIDTH + outputs, panel.length);
    int smaller = RowTiles.smaller(rows, FloatTile.MAX_ROWS);
    int row = 0;
    for (int size = smaller + 1; size >= smaller; size--) {
      int run = RowTiles.ofSize(size, rows, FloatTile.MAX_ROWS);
      if (run == 0) {
        continue;
      }
      int taken = run * size;
      int from = xOffset + row * xStride;
      int to = sumsOffset + row * sumsStride;
      Objects.checkFromIndexSize(from, (taken - 1) * xStride + depth, x.length);
      Objects.checkFromIndexSize(to, (taken - 1) * sumsStride + outputs, sums.length);
      NativeCall.floats(
          code.get(form * FloatTile.MAX_ROWS + size - 1),
          x,
          panel,
          sums,
          sums,
          depth,
          run,
          (long) xStride * Float.BYTES,
          (long) sumsStride * Float.BYTES,
          (long) from * Float.BYTES,
          (long) panelOffset * Float.BYTES,
          (long) to * Float.BYTES,
          0,
          0,
          0);
      row += taken;
    }
  }
}
