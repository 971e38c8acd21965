package io.octavo.kernel.x86;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedSums;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.WeightedValues;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Weighted values of attention in machine code with 512 bits. */
public final class MachineWeightedValues implements WeightedValues {
  private static final int WIDTH = PanelMatrix.WIDTH;

  /** Vectors of features for half a panel, and for a whole one. */
  private static final int[] VECTORS = {2, 4};

  /** Most queries of a division's call. */
  private static final int DIVISION_QUERIES = 4096;

  /** For half a panel by queries less one, then for a whole one; the division. */
  private final List<MemorySegment> code;

  private MachineWeightedValues(List<MemorySegment> code) {
    this.code = code;
  }

  /**
   * Writes the code and installs it, where {@link CpuFeatures#avx512()} says that it can run.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineWeightedValues install() throws MachineCodeException {
    return new MachineWeightedValues(ExecutableMemory.install(code()));
  }

  static List<MachineCode> code() {
    List<MachineCode> code = new ArrayList<>();
    for (int vectors : VECTORS) {
      for (int rows = 1; rows <= FloatTile.MAX_ROWS; rows++) {
        code.add(new ValueTile(new FloatTile(rows, vectors)).code());
      }
    }
    code.add(ValueDivision.code());
    return code;
  }

  @Override
  public void add(
      float[] weights,
      int queries,
      float[] panel,
      int panelOffset,
      int keys,
      float[] factors,
      int width,
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch) {
    if (queries < 1 || queries > BlockWeights.MAX_QUERIES || keys < 1 || keys > WIDTH) {
      throw new IllegalArgumentException(queries + " queries, " + keys + " keys");
    }
    if (width < 1 || width > WIDTH) {
      throw new IllegalArgumentException(width + " features");
    }
    int form = width <= VECTORS[0] * FloatTile.LANES ? 0 : 1;
    int panelFloats = (keys - 1) * WIDTH + VECTORS[form] * FloatTile.LANES;
    MemorySegment values = NativeCall.slice(panel, panelOffset, panelFloats);
    RowTiles tiles = RowTiles.of(queries, FloatTile.MAX_ROWS);
    int query = 0;
    for (int size = tiles.rows() + 1; size >= tiles.rows(); size--) {
      int run = size == tiles.rows() ? tiles.count() - tiles.larger() : tiles.larger();
      if (run == 0) {
        continue;
      }
      int taken = run * size;
      ValueTile.call(
          code.get(form * FloatTile.MAX_ROWS + size - 1),
          NativeCall.slice(weights, query * WIDTH, taken * WIDTH),
          values,
          NativeCall.slice(out, outOffset + query * outStride, (taken - 1) * outStride + width),
          NativeCall.slice(factors, query, BlockWeights.MAX_QUERIES + taken),
          keys,
          run,
          (long) outStride * Float.BYTES,
          -1L >>> -width);
      query += taken;
    }
  }

  @Override
  public void divide(
      ExtendedSums sums,
      int first,
      int queries,
      int width,
      float[] out,
      int outOffset,
      int outStride) {
    for (int d = 0; d < width; d += WIDTH) {
      int features = Math.min(WIDTH, width - d);
      for (int q = 0; q < queries; q += DIVISION_QUERIES) {
        int count = Math.min(DIVISION_QUERIES, queries - q);
        int begin = outOffset + q * outStride + d;
        ValueDivision.call(
            code.getLast(),
            NativeCall.slice(out, begin, (count - 1) * outStride + features),
            NativeCall.slice(sums.mantissas(), first + q, count),
            count,
            (long) outStride * Float.BYTES,
            -1L >>> -features);
      }
    }
  }
}
