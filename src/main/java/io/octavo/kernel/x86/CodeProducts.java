package io.octavo.kernel.x86;

import io.octavo.kernel.CodeLayout;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Products of codes in machine code: cuts them into calls that are short enough, and checks what a
 * call reads and writes against its operands.
 */
final class CodeProducts {
  private static final int WIDTH = PanelMatrix.WIDTH;

  /** Adding negative zero changes no number. */
  static final float NOTHING = -0f;

  private final CodePath path;
  private final List<MemorySegment> sums;
  private final CodeValueProducts values;
  private final CodeRowProducts fewRows;

  private CodeProducts(
      CodePath path, List<MemorySegment> sums, CodeValueProducts values, CodeRowProducts fewRows) {
    this.path = path;
    this.sums = sums;
    this.values = values;
    this.fewRows = fewRows;
  }

  /** Sums of products for tiles of one row, two rows and so on. */
  static List<MachineCode> sumsCode(CodePath path) {
    List<MachineCode> code = new ArrayList<>();
    for (int rows = 1; rows <= path.maxRows(); rows++) {
      code.add(CodeSums.code(new CodeTile(path, rows)));
    }
    return code;
  }

  /**
   * Installs the code.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  static CodeProducts install(CodePath path) throws MachineCodeException {
    return new CodeProducts(
        path,
        ExecutableMemory.install(sumsCode(path)),
        CodeValueProducts.install(path),
        CodeRowProducts.install(path));
  }

  CodeLayout layout() {
    return path.layout();
  }

  /** As {@link MatrixProductKernel#multiplyCodes}, of at least one input. */
  void multiply(
      byte[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      int[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    byte[] codes = ActivationRows.of(x, xOffset, rows, weights, scratch);
    int first = codes == x ? xOffset : 0;
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      int target = yOffset + (panel - firstPanel) * WIDTH;
      multiplyPanel(codes, first, rows, weights, panel, y, target, yStride);
    }
  }

  private void multiplyPanel(
      byte[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int panel,
      int[] y,
      int yOffset,
      int yStride) {
    int inputs = Math.min(path.callInputs(), weights.inputs());
    int fetched = inputs == weights.inputs() ? path.fetchedBytes(rows) : 0;
    int most = path.rowsOfCall(inputs);
    for (int row = 0; row < rows; row += most) {
      int taken = Math.min(most, rows - row);
      int smaller = RowTiles.smaller(taken, path.maxRows());
      int larger = RowTiles.ofSize(smaller + 1, taken, path.maxRows());
      int split = larger * (smaller + 1);
      if (larger > 0) {
        sum(x, xOffset, row, smaller + 1, larger, fetched, weights, panel, y, yOffset, yStride);
      }
      sum(
          x,
          xOffset,
          row + split,
          smaller,
          (taken - split) / smaller,
          fetched,
          weights,
          panel,
          y,
          yOffset,
          yStride);
    }
  }

  /** Tiles of {@code tileRows} rows each. */
  private void sum(
      byte[] x,
      int xOffset,
      int row,
      int tileRows,
      int tiles,
      int fetched,
      PanelMatrix weights,
      int panel,
      int[] y,
      int yOffset,
      int yStride) {
    CodeTile tile = new CodeTile(path, tileRows);
    int rows = tileRows * tiles;
    int group = path.layout().group();
    int groups = path.layout().groups(weights.inputs());
    int step = path.callInputs() / group;
    long data = panel(weights, panel, 1);
    long starts = data + weights.panelBytes() - (long) WIDTH * Integer.BYTES;
    long yBytes = (long) yStride * Integer.BYTES;
    for (int part = 0; part < WIDTH; part += tile.outputs()) {
      int target = yOffset + row * yStride + part;
      Objects.checkFromIndexSize(target, (rows - 1) * yStride + tile.outputs(), y.length);
      long to = (long) target * Integer.BYTES;
      for (int first = 0; first < groups; first += step) {
        int taken = Math.min(step, groups - first);
        boolean begins = first == 0;
        NativeCall.sums(
            sums.get(tileRows - 1),
            x,
            y,
            weights.data(),
            taken,
            tiles,
            ActivationRows.stride(weights),
            begins ? 0 : yBytes,
            yBytes,
            ActivationRows.at(x, xOffset, weights, row, rows, first, taken),
            to,
            begins ? starts + (long) part * Integer.BYTES : to,
            data + (long) first * tile.weightStride() + (long) part * group,
            begins ? 1 : 0,
            path.fetchOffset(weights, row, fetched),
            fetched);
      }
    }
  }

  /** As {@link MatrixProductKernel#multiplyDequantized}, of at least one input and row. */
  void multiplyDequantized(
      byte[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      float[] rowSteps,
      int firstRow,
      float[] steps,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    byte[] codes = ActivationRows.of(x, xOffset, rows, weights, scratch);
    int first = codes == x ? xOffset : 0;
    boolean fused = values.serves(weights);
    int begun = firstPanel;
    if (fused && rows <= CodeRow.MOST_ROWS) {
      begun =
          fewRows.multiply(
              codes,
              first,
              rows,
              weights,
              firstPanel,
              Math.min(lastPanel, weights.outputs() / WIDTH),
              rowSteps,
              firstRow,
              steps,
              bias,
              y,
              yOffset,
              yStride,
              scratch.fetchAhead());
    }
    if (fused) {
      int target = yOffset + (begun - firstPanel) * WIDTH;
      values.multiply(
          codes, first, rows, weights, begun, lastPanel, rowSteps, firstRow, steps, bias, y, target,
          yStride);
      return;
    }
    int[] products = scratch.accumulators(rows * WIDTH);
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      multiplyPanel(codes, first, rows, weights, panel, products, 0, WIDTH);
      for (int row = 0; row < rows; row++) {
        dequantize(
            products,
            row * WIDTH,
            rowSteps[firstRow + row],
            steps,
            bias,
            panel * WIDTH,
            y,
            yOffset + (panel - firstPanel) * WIDTH + row * yStride,
            weights.width(panel));
      }
    }
  }

  private static void dequantize(
      int[] products,
      int offset,
      float rowStep,
      float[] steps,
      float @Nullable [] bias,
      int first,
      float[] y,
      int yOffset,
      int count) {
    for (int n = 0; n < count; n++) {
      float value = products[offset + n] * rowStep * steps[first + n];
      y[yOffset + n] = bias == null ? value : value + bias[first + n];
    }
  }

  /**
   * Where the first of some panels begins, in bytes.
   *
   * @throws IndexOutOfBoundsException if there are not so many
   */
  static long panel(PanelMatrix weights, int panel, int panels) {
    long bytes = weights.panelBytes();
    return Objects.checkFromIndexSize(panel * bytes, panels * bytes, weights.data().byteSize());
  }

  /** Whether weights are what the code reads. */
  void require(PanelMatrix weights) {
    if (weights.layout() != path.layout()) {
      throw new IllegalArgumentException(
          "Weights in the layout " + weights.layout() + " instead of " + path.layout());
    }
  }
}
