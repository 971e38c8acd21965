package io.octavo.kernel.x86;

import io.octavo.kernel.CodeLayout;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Products of codes in machine code: cuts them into calls that are short enough, and checks what a
 * call reads and writes against its operands.
 */
final class CodeProducts {
  private static final int WIDTH = PanelMatrix.WIDTH;

  /**
   * Bytes of weights of a call, which may have to come from memory: four panels of 4,096 inputs
   * with what stands behind each.
   */
  private static final long CALL_BYTES = 1088 << 10;

  private static final long WHOLE_PANEL = -1;

  /** Adding negative zero changes no number. */
  static final float NOTHING = -0f;

  private final CodePath path;
  private final List<MemorySegment> sums;
  private final List<MemorySegment> values;
  private final CodeRowProducts fewRows;
  private final float[] noBias = new float[WIDTH];

  private CodeProducts(
      CodePath path,
      List<MemorySegment> sums,
      List<MemorySegment> values,
      CodeRowProducts fewRows) {
    this.path = path;
    this.sums = sums;
    this.values = values;
    this.fewRows = fewRows;
    Arrays.fill(noBias, NOTHING);
  }

  /** Sums of products for tiles of one row, two rows and so on. */
  static List<MachineCode> sumsCode(CodePath path) {
    List<MachineCode> code = new ArrayList<>();
    for (int rows = 1; rows <= path.maxRows(); rows++) {
      code.add(CodeSums.code(new CodeTile(path, rows)));
    }
    return code;
  }

  /** Products turned to values, with 512 bits only. */
  static List<MachineCode> valuesCode(CodePath path) {
    List<MachineCode> code = new ArrayList<>();
    for (int rows = 1; path.bits() == 512 && rows <= path.maxRows(); rows++) {
      code.add(CodeValues.code(new CodeTile(path, rows)));
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
        path.bits() == 512 ? ExecutableMemory.install(valuesCode(path)) : List.of(),
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
    ActivationRows activations = ActivationRows.of(x, xOffset, rows, weights, scratch);
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      int target = yOffset + (panel - firstPanel) * WIDTH;
      multiplyPanel(activations, rows, weights, panel, y, target, yStride);
    }
  }

  private void multiplyPanel(
      ActivationRows x,
      int rows,
      PanelMatrix weights,
      int panel,
      int[] y,
      int yOffset,
      int yStride) {
    int inputs = Math.min(path.callInputs(), weights.inputs());
    int most = rowsOfCall(inputs);
    for (int row = 0; row < rows; row += most) {
      int taken = Math.min(most, rows - row);
      int tiles = tiles(taken);
      int larger = taken % tiles;
      int least = taken / tiles;
      int split = larger * (least + 1);
      if (larger > 0) {
        sum(x, row, least + 1, larger, weights, panel, y, yOffset, yStride);
      }
      sum(x, row + split, least, tiles - larger, weights, panel, y, yOffset, yStride);
    }
  }

  /** Tiles of {@code tileRows} rows each. */
  private void sum(
      ActivationRows x,
      int row,
      int tileRows,
      int tiles,
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
    MemorySegment data = panel(weights, panel, 1);
    MemorySegment starts = starts(data);
    long yBytes = (long) yStride * Integer.BYTES;
    for (int part = 0; part < WIDTH; part += tile.outputs()) {
      MemorySegment target =
          NativeCall.slice(
              y, yOffset + row * yStride + part, (rows - 1) * yStride + tile.outputs());
      MemorySegment begin = starts.asSlice((long) part * Integer.BYTES);
      long beginStride = 0;
      for (int first = 0; first < groups; first += step) {
        int taken = Math.min(step, groups - first);
        CodeSums.call(
            sums.get(tileRows - 1),
            x.rows(row, rows, first, taken),
            data.asSlice((long) first * tile.weightStride() + (long) part * group),
            begin,
            target,
            taken,
            tiles,
            x.stride(),
            beginStride,
            yBytes);
        begin = target;
        beginStride = yBytes;
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
    ActivationRows activations = ActivationRows.of(x, xOffset, rows, weights, scratch);
    boolean fused = !values.isEmpty() && weights.inputs() <= path.callInputs();
    int whole = fused ? Math.min(lastPanel, weights.outputs() / WIDTH) : firstPanel;
    int panelsOfCall = panelsOfCall(rows, weights);
    int begun =
        fused && rows <= CodeRow.MOST_ROWS
            ? fewRows.multiply(
                activations,
                rows,
                weights,
                firstPanel,
                whole,
                rowSteps,
                firstRow,
                steps,
                bias,
                y,
                yOffset,
                yStride,
                scratch.fetchAhead())
            : firstPanel;
    for (int panel = begun; panel < whole; ) {
      int panels = Math.min(panelsOfCall, whole - panel);
      int target = yOffset + (panel - firstPanel) * WIDTH;
      values(
          activations,
          rows,
          weights,
          panel,
          panels,
          rowSteps,
          firstRow,
          steps,
          bias,
          y,
          target,
          yStride);
      panel += panels;
    }
    for (int panel = Math.max(firstPanel, whole); panel < lastPanel; panel++) {
      int target = yOffset + (panel - firstPanel) * WIDTH;
      if (fused) {
        values(
            activations,
            rows,
            weights,
            panel,
            1,
            rowSteps,
            firstRow,
            steps,
            bias,
            y,
            target,
            yStride);
      } else {
        int[] products = scratch.accumulators(rows * WIDTH);
        multiplyPanel(activations, rows, weights, panel, products, 0, WIDTH);
        for (int row = 0; row < rows; row++) {
          dequantize(
              products,
              row * WIDTH,
              rowSteps[firstRow + row],
              steps,
              bias,
              panel * WIDTH,
              y,
              target + row * yStride,
              weights.width(panel));
        }
      }
    }
  }

  /** All rows of some panels, of which only a single one may be the last. */
  private void values(
      ActivationRows x,
      int rows,
      PanelMatrix weights,
      int panel,
      int panels,
      float[] rowSteps,
      int firstRow,
      float[] steps,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride) {
    int most = rowsOfCall(weights.inputs());
    for (int row = 0; row < rows; row += most) {
      int taken = Math.min(most, rows - row);
      int tiles = tiles(taken);
      int larger = taken % tiles;
      int least = taken / tiles;
      int split = larger * (least + 1);
      if (larger > 0) {
        values(
            x, row, least + 1, larger, weights, panel, panels, rowSteps, firstRow, steps, bias, y,
            yOffset, yStride);
      }
      values(
          x,
          row + split,
          least,
          tiles - larger,
          weights,
          panel,
          panels,
          rowSteps,
          firstRow,
          steps,
          bias,
          y,
          yOffset,
          yStride);
    }
  }

  private void values(
      ActivationRows x,
      int row,
      int tileRows,
      int tiles,
      PanelMatrix weights,
      int panel,
      int panels,
      float[] rowSteps,
      int firstRow,
      float[] steps,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride) {
    int rows = tileRows * tiles;
    int groups = path.layout().groups(weights.inputs());
    int width = panels == 1 ? weights.width(panel) : panels * WIDTH;
    CodeValues.call(
        values.get(tileRows - 1),
        x.rows(row, rows, 0, groups),
        panel(weights, panel, panels),
        NativeCall.slice(y, yOffset + row * yStride, (rows - 1) * yStride + width),
        NativeCall.slice(rowSteps, firstRow + row, rows),
        NativeCall.slice(steps, panel * WIDTH, width),
        bias == null
            ? NativeCall.slice(noBias, 0, WIDTH)
            : NativeCall.slice(bias, panel * WIDTH, width),
        groups,
        tiles,
        panels,
        x.stride(),
        (long) yStride * Float.BYTES,
        width % WIDTH == 0 ? WHOLE_PANEL : (1L << width) - 1,
        bias == null ? 0 : WIDTH * Float.BYTES);
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

  /** Rows of a call, a whole number of tiles. */
  int rowsOfCall(int inputs) {
    long rows = path.callMacs() / ((long) inputs * WIDTH);
    return (int) Math.max(1, rows / path.maxRows()) * path.maxRows();
  }

  int panelsOfCall(int rows, PanelMatrix weights) {
    long macs = Math.min(rows, rowsOfCall(weights.inputs())) * (long) weights.inputs() * WIDTH;
    return (int) Math.max(1, Math.min(path.callMacs() / macs, CALL_BYTES / weights.panelBytes()));
  }

  /** Tiles for so many rows, of as equal size as can be. */
  private int tiles(int rows) {
    return (rows + path.maxRows() - 1) / path.maxRows();
  }

  private static MemorySegment panel(PanelMatrix weights, int panel, int panels) {
    long bytes = weights.panelBytes();
    return weights.data().asSlice(panel * bytes, panels * bytes);
  }

  private static MemorySegment starts(MemorySegment panel) {
    long bytes = (long) WIDTH * Integer.BYTES;
    return panel.asSlice(panel.byteSize() - bytes, bytes);
  }

  /** Whether weights are what the code reads. */
  void require(PanelMatrix weights) {
    if (weights.layout() != path.layout()) {
      throw new IllegalArgumentException(
          "Weights in the layout " + weights.layout() + " instead of " + path.layout());
    }
  }
}
