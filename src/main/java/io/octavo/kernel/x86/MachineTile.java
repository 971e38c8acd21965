package io.octavo.kernel.x86;

import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.TileProduct;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

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
    MemorySegment weights =
        NativeCall.slice(
            panel, panelOffset, (depth - 1) * PanelMatrix.WIDTH + vectors * FloatTile.LANES);
    RowTiles tiles = RowTiles.of(rows, FloatTile.MAX_ROWS);
    int row = 0;
    for (int size = tiles.rows() + 1; size >= tiles.rows(); size--) {
      int run = size == tiles.rows() ? tiles.count() - tiles.larger() : tiles.larger();
      if (run == 0) {
        continue;
      }
      int taken = run * size;
      FloatTile.call(
          code.get(form * FloatTile.MAX_ROWS + size - 1),
          NativeCall.slice(x, xOffset + row * xStride, (taken - 1) * xStride + depth),
          weights,
          NativeCall.slice(
              sums,
              sumsOffset + row * sumsStride,
              (taken - 1) * sumsStride + vectors * FloatTile.LANES),
          depth,
          run,
          (long) xStride * Float.BYTES,
          (long) sumsStride * Float.BYTES);
      row += taken;
    }
  }
}
