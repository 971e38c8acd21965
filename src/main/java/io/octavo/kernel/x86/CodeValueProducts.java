package io.octavo.kernel.x86;

import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Products of codes that are turned to values in the registers, cut into calls, and checked. */
final class CodeValueProducts {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final long WHOLE_PANEL = -1;

  private final CodePath path;
  private final List<MemorySegment> code;
  private final float[] noBias = new float[WIDTH];

  private CodeValueProducts(CodePath path, List<MemorySegment> code) {
    this.path = path;
    this.code = code;
    Arrays.fill(noBias, CodeProducts.NOTHING);
  }

  /** For tiles of one row, two rows and so on, with 512 bits only. */
  static List<MachineCode> code(CodePath path) {
    List<MachineCode> code = new ArrayList<>();
    for (int rows = 1; path.bits() == 512 && rows <= path.maxRows(); rows++) {
      code.add(CodeValues.code(new CodeTile(path, rows)));
    }
    return code;
  }

  /**
   * Installs the code, if there is any for the path.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  static CodeValueProducts install(CodePath path) throws MachineCodeException {
    List<MachineCode> code = code(path);
    return new CodeValueProducts(path, code.isEmpty() ? List.of() : ExecutableMemory.install(code));
  }

  /** Whether there is code, and all inputs fit into a call. */
  boolean serves(PanelMatrix weights) {
    return !code.isEmpty() && weights.inputs() <= path.callInputs();
  }

  /** All rows of some panels, where {@link #serves} says so. */
  void multiply(
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
      int yStride) {
    int whole = Math.min(lastPanel, weights.outputs() / WIDTH);
    int most = path.panelsOfCall(rows, weights);
    for (int panel = firstPanel; panel < lastPanel; ) {
      int panels = panel < whole ? Math.min(most, whole - panel) : 1;
      int target = yOffset + (panel - firstPanel) * WIDTH;
      multiplyPanels(
          x, xOffset, rows, weights, panel, panels, rowSteps, firstRow, steps, bias, y, target,
          yStride);
      panel += panels;
    }
  }

  /** All rows of some panels, of which only a single one may be the last. */
  private void multiplyPanels(
      byte[] x,
      int xOffset,
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
    int most = path.rowsOfCall(weights.inputs());
    int fetched = path.fetchedBytes(rows);
    for (int row = 0; row < rows; row += most) {
      int taken = Math.min(most, rows - row);
      int smaller = RowTiles.smaller(taken, path.maxRows());
      int larger = RowTiles.ofSize(smaller + 1, taken, path.maxRows());
      int split = larger * (smaller + 1);
      if (larger > 0) {
        call(
            x,
            xOffset,
            row,
            smaller + 1,
            larger,
            fetched,
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
      call(
          x,
          xOffset,
          row + split,
          smaller,
          (taken - split) / smaller,
          fetched,
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

  private void call(
      byte[] x,
      int xOffset,
      int row,
      int tileRows,
      int tiles,
      int fetched,
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
    int first = panel * WIDTH;
    int to = yOffset + row * yStride;
    // Arrays are chosen, not segments of them: a choice between objects keeps them on the heap.
    float[] added = bias == null ? noBias : bias;
    int addedFirst = bias == null ? 0 : first;
    Objects.checkFromIndexSize(to, (rows - 1) * yStride + width, y.length);
    Objects.checkFromIndexSize(firstRow + row, rows, rowSteps.length);
    Objects.checkFromIndexSize(first, width, steps.length);
    Objects.checkFromIndexSize(addedFirst, bias == null ? WIDTH : width, added.length);
    NativeCall.values(
        code.get(tileRows - 1),
        x,
        y,
        rowSteps,
        steps,
        added,
        weights.data(),
        groups,
        tiles,
        panels,
        ActivationRows.stride(weights),
        (long) yStride * Float.BYTES,
        width % WIDTH == 0 ? WHOLE_PANEL : (1L << width) - 1,
        bias == null ? 0 : WIDTH * Float.BYTES,
        ActivationRows.at(x, xOffset, weights, row, rows, 0, groups),
        (long) to * Float.BYTES,
        (long) (firstRow + row) * Float.BYTES,
        (long) first * Float.BYTES,
        (long) addedFirst * Float.BYTES,
        CodeProducts.panel(weights, panel, panels),
        path.fetchOffset(weights, row, fetched),
        fetched,
        0,
        0);
  }
}
