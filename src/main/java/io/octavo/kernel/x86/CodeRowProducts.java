package io.octavo.kernel.x86;

import io.octavo.kernel.FetchAhead;
import io.octavo.kernel.PanelMatrix;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Products of one to three rows of codes in machine code, several panels at a time: cuts them into
 * calls that are short enough, and checks what a call reads and writes against its operands.
 */
final class CodeRowProducts {
  private static final int WIDTH = PanelMatrix.WIDTH;

  /** For each number of rows, most panels at a time first. */
  static final CodeRow[] KINDS = {
    new CodeRow(1, CodeRow.MOST), new CodeRow(1, 2), new CodeRow(2, 2), new CodeRow(3, 2)
  };

  /** Bytes of weights of a call, which may have to come from memory. */
  private static final long CALL_BYTES = 1536 << 10;

  private final List<MemorySegment> code;
  private final float[] noBias = new float[WIDTH];

  private CodeRowProducts(List<MemorySegment> code) {
    this.code = code;
    Arrays.fill(noBias, CodeProducts.NOTHING);
  }

  /** For each kind, with 512 bits only. */
  static List<MachineCode> code(CodePath path) {
    List<MachineCode> code = new ArrayList<>();
    if (path.bits() == 512) {
      for (CodeRow kind : KINDS) {
        code.add(kind.code());
      }
    }
    return code;
  }

  /**
   * Installs the code, if there is any for the path.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  static CodeRowProducts install(CodePath path) throws MachineCodeException {
    List<MachineCode> code = code(path);
    return new CodeRowProducts(code.isEmpty() ? List.of() : ExecutableMemory.install(code));
  }

  /**
   * Products with whole panels, as many as there is code for.
   *
   * @param rows up to {@link CodeRow#MOST_ROWS}
   * @param firstRow of {@code rowSteps}
   * @param yOffset of the first panel's products
   * @param fetched what to fetch meanwhile, from the first panel's outputs on
   * @return the panel behind the last of them
   */
  int multiply(
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
      FetchAhead fetched) {
    // Arrays are chosen, not segments of them: a choice between objects keeps them on the heap.
    float[] added = bias == null ? noBias : bias;
    int groups = weights.layout().groups(weights.inputs());
    int panel = firstPanel;
    for (int i = 0; i < code.size(); i++) {
      CodeRow kind = KINDS[i];
      int most = (int) (CALL_BYTES / (kind.panels() * weights.panelBytes()));
      while (kind.rows() == rows && most > 0 && lastPanel - panel >= kind.panels()) {
        int runs = Math.min(most, (lastPanel - panel) / kind.panels());
        int panels = runs * kind.panels();
        int from = (panel - firstPanel) * WIDTH;
        int to = yOffset + from;
        int first = panel * WIDTH;
        int addedFirst = bias == null ? 0 : first;
        Objects.checkFromIndexSize(to, (rows - 1) * yStride + panels * WIDTH, y.length);
        Objects.checkFromIndexSize(firstRow, rows, rowSteps.length);
        Objects.checkFromIndexSize(first, panels * WIDTH, steps.length);
        Objects.checkFromIndexSize(addedFirst, bias == null ? WIDTH : panels * WIDTH, added.length);
        // As evenly as can be: many at a time, whose pages have to be looked up, hold up weights.
        int outputs = kind.panels() * WIDTH;
        int between = fetched.isEmpty() ? groups : Math.max(1, groups / outputs);
        int fetches = fetched.isEmpty() ? 1 : Math.min(outputs, groups / between);
        NativeCall.values(
            code.get(i),
            x,
            y,
            rowSteps,
            steps,
            added,
            weights.data(),
            between,
            fetches,
            groups - between * fetches,
            runs,
            weights.panelBytes(),
            bias == null ? 0 : WIDTH * Float.BYTES,
            fetched.address(from),
            fetched.stride(),
            fetched.distance(),
            ActivationRows.stride(weights),
            (long) yStride * Float.BYTES,
            ActivationRows.at(x, xOffset, weights, 0, rows, 0, groups),
            (long) to * Float.BYTES,
            (long) firstRow * Float.BYTES,
            (long) first * Float.BYTES,
            (long) addedFirst * Float.BYTES,
            CodeProducts.panel(weights, panel, panels));
        panel += panels;
      }
    }
    return panel;
  }
}
