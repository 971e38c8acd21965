package io.octavo.kernel.x86;

import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Products with weights in 16 and 32 bits in machine code: cuts them into calls that are short
 * enough, and checks what a call reads and writes against its operands.
 */
final class FloatProducts {
  static final List<DType> TYPES = List.of(DType.F32, DType.F16, DType.BF16);
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int BLOCK = PanelMatrix.BLOCK;

  /** Multiply-accumulates of a call; some 20 to 60 microseconds' worth. */
  private static final long CALL_MACS = 2_000_000;

  /** Bytes of weights of a call, which may have to come from memory. */
  private static final long CALL_BYTES = 512 << 10;

  /** Adding negative zero changes no number. */
  static final float NOTHING = -0f;

  private final FloatPath path;

  /** By type, and of each by rows less one. */
  private final List<MemorySegment> code;

  private final FloatRowProducts singleRow;
  private final float[] nothing = new float[WIDTH];

  private FloatProducts(FloatPath path, List<MemorySegment> code, FloatRowProducts singleRow) {
    this.path = path;
    this.code = code;
    this.singleRow = singleRow;
    Arrays.fill(nothing, NOTHING);
  }

  /** Tiles of one row, two rows and so on. */
  static List<MachineCode> code(FloatPath path, DType type) {
    List<MachineCode> code = new ArrayList<>();
    for (int rows = 1; rows <= PanelTile.MAX_ROWS; rows++) {
      code.add(new PanelTile(path, type, rows).code());
    }
    return code;
  }

  /** Everything that may be installed. */
  static List<MachineCode> code(FloatPath path) {
    return TYPES.stream().flatMap(type -> code(path, type).stream()).toList();
  }

  /**
   * Installs the code.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  static FloatProducts install(FloatPath path) throws MachineCodeException {
    return new FloatProducts(
        path, ExecutableMemory.install(code(path)), FloatRowProducts.install(path));
  }

  /** Whether there is code for numbers of {@code type}. */
  static boolean serves(DType type) {
    return TYPES.contains(type);
  }

  /** As {@link MatrixProductKernel#multiply}, of at least one input and row. */
  void multiply(
      float[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    int whole = Math.min(lastPanel, weights.outputs() / WIDTH);
    int panelsOfCall = panelsOfCall(rows, weights);
    int begun =
        rows == 1
            ? singleRow.multiply(x, xOffset, weights, firstPanel, whole, bias, y, yOffset)
            : firstPanel;
    for (int panel = begun; panel < whole; ) {
      int panels = Math.min(panelsOfCall, whole - panel);
      int target = yOffset + (panel - firstPanel) * WIDTH;
      multiply(x, xOffset, rows, weights, panel, panels, bias, y, target, yStride);
      panel += panels;
    }
    if (firstPanel < lastPanel && whole < lastPanel) {
      // The last panel is computed whole, over the zeros that fill it up.
      float[] sums = scratch.sums(rows * WIDTH);
      multiply(x, xOffset, rows, weights, whole, 1, null, sums, 0, WIDTH);
      int target = yOffset + (whole - firstPanel) * WIDTH;
      for (int row = 0; row < rows; row++) {
        copy(
            sums,
            row * WIDTH,
            bias,
            whole * WIDTH,
            y,
            target + row * yStride,
            weights.width(whole));
      }
    }
  }

  private static void copy(
      float[] sums,
      int offset,
      float @Nullable [] bias,
      int first,
      float[] y,
      int yOffset,
      int count) {
    for (int n = 0; n < count; n++) {
      y[yOffset + n] = bias == null ? sums[offset + n] : sums[offset + n] + bias[first + n];
    }
  }

  /** Whole panels; several of them only where a block is all there is. */
  private void multiply(
      float[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int panel,
      int panels,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride) {
    int inputs = weights.inputs();
    int most = rowsOfCall(inputs);
    for (int from = 0; from < inputs; from += BLOCK) {
      int depth = Math.min(BLOCK, inputs - from);
      float[] added = from + depth == inputs ? bias : null;
      for (int row = 0; row < rows; row += most) {
        int taken = Math.min(most, rows - row);
        int smaller = RowTiles.smaller(taken, PanelTile.MAX_ROWS);
        int larger = RowTiles.ofSize(smaller + 1, taken, PanelTile.MAX_ROWS);
        int split = row + larger * (smaller + 1);
        multiply(
            x,
            xOffset + row * inputs + from,
            smaller + 1,
            larger,
            weights,
            panel,
            panels,
            from,
            depth,
            added,
            y,
            yOffset + row * yStride,
            yStride);
        multiply(
            x,
            xOffset + split * inputs + from,
            smaller,
            (row + taken - split) / smaller,
            weights,
            panel,
            panels,
            from,
            depth,
            added,
            y,
            yOffset + split * yStride,
            yStride);
      }
    }
  }

  /** Tiles of {@code tileRows} rows each, of a block of inputs. */
  private void multiply(
      float[] x,
      int xOffset,
      int tileRows,
      int tiles,
      PanelMatrix weights,
      int panel,
      int panels,
      int from,
      int depth,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride) {
    if (tiles == 0) {
      return;
    }
    DType type = weights.type();
    MemorySegment text = code.get(TYPES.indexOf(type) * PanelTile.MAX_ROWS + tileRows - 1);
    int rows = tileRows * tiles;
    int inputs = weights.inputs();
    long first = weights.index(panel, from) * type.bytes();
    long block = (panels - 1) * weights.panelBytes() + (long) depth * WIDTH * type.bytes();
    Objects.checkFromIndexSize(xOffset, (rows - 1) * inputs + depth, x.length);
    Objects.checkFromIndexSize(first, block, weights.data().byteSize());
    Objects.checkFromIndexSize(yOffset, (rows - 1) * yStride + panels * WIDTH, y.length);
    // Arrays are chosen, not segments of them: a choice between objects keeps them on the heap.
    float[] begin = from == 0 ? nothing : y;
    int beginOffset = from == 0 ? 0 : yOffset;
    int beginStride = from == 0 ? 0 : yStride;
    float[] added = bias == null ? nothing : bias;
    int biasOffset = bias == null ? 0 : panel * WIDTH;
    int biasStride = bias == null ? 0 : WIDTH;
    Objects.checkFromIndexSize(biasOffset, (panels - 1) * biasStride + WIDTH, added.length);
    int outputs = PanelTile.outputs(path, tileRows);
    for (int part = 0; part < WIDTH; part += outputs) {
      try {
        long unused =
            (long)
                NativeCall.Handle.CALL.invokeExact(
                    text,
                    MemorySegment.ofArray(x),
                    MemorySegment.ofArray(y),
                    MemorySegment.ofArray(begin),
                    MemorySegment.ofArray(added),
                    MemorySegment.ofArray(added),
                    weights.data(),
                    (long) depth,
                    (long) xOffset * Float.BYTES,
                    first + (long) part * type.bytes(),
                    (long) (yOffset + part) * Float.BYTES,
                    (long) (beginOffset + part) * Float.BYTES,
                    (long) (biasOffset + part) * Float.BYTES,
                    (long) tiles,
                    (long) panels,
                    (long) inputs * Float.BYTES,
                    weights.panelBytes(),
                    (long) yStride * Float.BYTES,
                    (long) beginStride * Float.BYTES,
                    (long) biasStride * Float.BYTES,
                    0L,
                    0L,
                    0L,
                    0L);
      } catch (Throwable thrown) {
        throw NativeCall.unexpected(thrown);
      }
    }
  }

  /** Rows of a call, a whole number of tiles. */
  int rowsOfCall(int inputs) {
    long rows = CALL_MACS / ((long) Math.min(inputs, BLOCK) * WIDTH);
    return (int) Math.max(1, rows / PanelTile.MAX_ROWS) * PanelTile.MAX_ROWS;
  }

  int panelsOfCall(int rows, PanelMatrix weights) {
    int inputs = weights.inputs();
    if (inputs > BLOCK) {
      return 1;
    }
    long macs = Math.min(rows, rowsOfCall(inputs)) * (long) inputs * WIDTH;
    return (int) Math.max(1, Math.min(CALL_MACS / macs, CALL_BYTES / weights.panelBytes()));
  }
}
