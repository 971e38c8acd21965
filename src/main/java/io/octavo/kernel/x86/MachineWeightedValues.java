package io.octavo.kernel.x86;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedSums;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.WeightedValues;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
    Objects.checkFromIndexSize(panelOffset, panelFloats, panel.length);
    int smaller = RowTiles.smaller(queries, FloatTile.MAX_ROWS);
    int query = 0;
    for (int size = smaller + 1; size >= smaller; size--) {
      int run = RowTiles.ofSize(size, queries, FloatTile.MAX_ROWS);
      if (run == 0) {
        continue;
      }
      int taken = run * size;
      int to = outOffset + query * outStride;
      Objects.checkFromIndexSize(query * WIDTH, taken * WIDTH, weights.length);
      Objects.checkFromIndexSize(to, (taken - 1) * outStride + width, out.length);
      Objects.checkFromIndexSize(query, BlockWeights.MAX_QUERIES + taken, factors.length);
      NativeCall.floats(
          code.get(form * FloatTile.MAX_ROWS + size - 1),
          weights,
          panel,
          out,
          factors,
          keys,
          run,
          (long) outStride * Float.BYTES,
          -1L >>> -width,
          (long) query * WIDTH * Float.BYTES,
          (long) panelOffset * Float.BYTES,
          (long) to * Float.BYTES,
          (long) query * Float.BYTES,
          0,
          0);
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
        Objects.checkFromIndexSize(begin, (count - 1) * outStride + features, out.length);
        Objects.checkFromIndexSize(first + q, count, sums.mantissas().length);
        NativeCall.floats(
            code.getLast(),
            out,
            sums.mantissas(),
            out,
            out,
            count,
            (long) outStride * Float.BYTES,
            -1L >>> -features,
            (long) begin * Float.BYTES,
            (long) (first + q) * Float.BYTES,
            0,
            0,
            0,
            0,
            0);
      }
    }
  }
}
