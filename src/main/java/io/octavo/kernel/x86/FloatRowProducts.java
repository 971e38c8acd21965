package io.octavo.kernel.x86;

import io.octavo.kernel.PanelMatrix;
import io.octavo.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Products of a single row with weights in 16 and 32 bits in machine code, several panels at a
 * time: cuts them into calls that are short enough, and checks what a call reads and writes against
 * its operands.
 */
final class FloatRowProducts {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int BLOCK = PanelMatrix.BLOCK;

  /** Panels at a time, most first. */
  private static final int[] PANELS = {CodeRow.MOST, CodeRow.MOST / 2};

  /** Bytes of weights of a call, which may have to come from memory. */
  private static final long CALL_BYTES = 1 << 20;

  /** By type, and of each by panels at a time; empty for paths that have none. */
  private final List<MemorySegment> code;

  private final float[] nothing = new float[WIDTH];

  private FloatRowProducts(List<MemorySegment> code) {
    this.code = code;
    Arrays.fill(nothing, FloatProducts.NOTHING);
  }

  /** For each number of panels at a time, with 512 bits only. */
  static List<MachineCode> code(FloatPath path, DType type) {
    List<MachineCode> code = new ArrayList<>();
    for (int i = 0; path == FloatPath.AVX512 && i < PANELS.length; i++) {
      code.add(new FloatRow(type, PANELS[i]).code());
    }
    return code;
  }

  /** Everything that may be installed. */
  static List<MachineCode> code(FloatPath path) {
    return FloatProducts.TYPES.stream().flatMap(type -> code(path, type).stream()).toList();
  }

  /**
   * Installs the code, if there is any for the path.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  static FloatRowProducts install(FloatPath path) throws MachineCodeException {
    List<MachineCode> code = code(path);
    return new FloatRowProducts(code.isEmpty() ? List.of() : ExecutableMemory.install(code));
  }

  /**
   * Products with whole panels, as many as there is code for.
   *
   * @param yOffset of the first panel's products
   * @return the panel behind the last of them
   */
  int multiply(
      float[] x,
      int xOffset,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      float @Nullable [] bias,
      float[] y,
      int yOffset) {
    int panel = firstPanel;
    for (int kind = 0; kind < PANELS.length && !code.isEmpty(); kind++) {
      int width = PANELS[kind];
      int most = (int) Math.max(1, CALL_BYTES / (width * weights.panelBytes()));
      while (lastPanel - panel >= width) {
        int runs = Math.min(most, (lastPanel - panel) / width);
        int target = yOffset + (panel - firstPanel) * WIDTH;
        multiply(kind, runs, x, xOffset, weights, panel, bias, y, target);
        panel += runs * width;
      }
    }
    return panel;
  }

  /** All inputs of some runs of panels. */
  private void multiply(
      int kind,
      int runs,
      float[] x,
      int xOffset,
      PanelMatrix weights,
      int panel,
      float @Nullable [] bias,
      float[] y,
      int yOffset) {
    long blockBytes = (long) PANELS[kind] * WIDTH * BLOCK * weights.type().bytes();
    int most = (int) Math.max(1, CALL_BYTES / (runs * blockBytes));
    for (int from = 0; from < weights.inputs(); ) {
      int left = weights.inputs() - from;
      int depth = Math.min(BLOCK, left);
      int blocks = Math.min(most, left / depth);
      float[] added = left == depth * blocks ? bias : null;
      call(kind, runs, x, xOffset, weights, panel, from, depth, blocks, added, y, yOffset);
      from += depth * blocks;
    }
  }

  private void call(
      int kind,
      int runs,
      float[] x,
      int xOffset,
      PanelMatrix weights,
      int panel,
      int from,
      int depth,
      int blocks,
      float @Nullable [] bias,
      float[] y,
      int yOffset) {
    DType type = weights.type();
    int panels = runs * PANELS[kind];
    int inputs = depth * blocks;
    long first = weights.index(panel, from) * type.bytes();
    long taken = (panels - 1) * weights.panelBytes() + (long) inputs * WIDTH * type.bytes();
    Objects.checkFromIndexSize(xOffset + from, inputs, x.length);
    Objects.checkFromIndexSize(first, taken, weights.data().byteSize());
    Objects.checkFromIndexSize(yOffset, panels * WIDTH, y.length);
    // Arrays are chosen, not segments of them: a choice between objects keeps them on the heap.
    float[] begin = from == 0 ? nothing : y;
    int beginOffset = from == 0 ? 0 : yOffset;
    int beginStride = from == 0 ? 0 : WIDTH;
    float[] added = bias == null ? nothing : bias;
    int biasOffset = bias == null ? 0 : panel * WIDTH;
    int biasStride = bias == null ? 0 : WIDTH;
    Objects.checkFromIndexSize(biasOffset, (panels - 1) * biasStride + WIDTH, added.length);
    try {
      long unused =
          (long)
              NativeCall.Handle.CALL.invokeExact(
                  code.get(FloatProducts.TYPES.indexOf(type) * PANELS.length + kind),
                  MemorySegment.ofArray(x),
                  MemorySegment.ofArray(y),
                  MemorySegment.ofArray(begin),
                  MemorySegment.ofArray(added),
                  MemorySegment.ofArray(added),
                  weights.data(),
                  (long) depth,
                  (long) blocks,
                  (long) runs,
                  (long) (xOffset + from) * Float.BYTES,
                  first,
                  (long) yOffset * Float.BYTES,
                  (long) beginOffset * Float.BYTES,
                  (long) biasOffset * Float.BYTES,
                  weights.panelBytes(),
                  (long) beginStride * Float.BYTES,
                  (long) biasStride * Float.BYTES,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L);
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }
}
