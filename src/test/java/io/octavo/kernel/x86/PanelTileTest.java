package io.octavo.kernel.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.octavo.kernel.PanelMatrix;
import io.octavo.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every kernel of products with weights in 16 and 32 bits with every operand directly before, and
 * directly behind, a page that may not be touched: an access outside of its operands would end this
 * JVM. The results are right as well.
 */
class PanelTileTest {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int TILES = 2;
  private final Random random = new Random(17);

  @Test
  void productsStayWithinTheirOperands() throws Throwable {
    assumeThat(MachineSupport.current().floatPaths()).isNotEmpty();
    for (FloatPath path : MachineSupport.current().floatPaths()) {
      for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
        List<MemorySegment> code = ExecutableMemory.install(FloatProducts.code(path, type));
        for (int rows = 1; rows <= PanelTile.MAX_ROWS; rows++) {
          for (int depth : new int[] {1, 2, 3, 7}) {
            for (int panels = 1; panels <= 2; panels++) {
              PanelTile tile = new PanelTile(path, type, rows);
              check(code.get(rows - 1), tile, depth, panels, true);
              check(code.get(rows - 1), tile, depth, panels, false);
            }
          }
        }
      }
    }
  }

  private void check(MemorySegment code, PanelTile tile, int depth, int panels, boolean atEnd)
      throws Throwable {
    int rows = tile.rows() * TILES;
    int outputs = tile.outputs();
    int width = (panels - 1) * WIDTH + outputs;
    int size = tile.type().bytes();
    int panelNumbers = depth * WIDTH;
    int numbers = (panels - 1) * panelNumbers + (depth - 1) * WIDTH + outputs;
    try (GuardedMemory xs = new GuardedMemory((long) rows * depth * Float.BYTES);
        GuardedMemory ws = new GuardedMemory((long) numbers * size);
        GuardedMemory begins = new GuardedMemory((long) rows * outputs * Float.BYTES);
        GuardedMemory biases = new GuardedMemory((long) width * Float.BYTES);
        GuardedMemory ys = new GuardedMemory((long) rows * width * Float.BYTES)) {
      MemorySegment x = floats(xs, rows * depth, atEnd);
      MemorySegment w = ws.numbers(tile.type(), numbers, random, atEnd);
      MemorySegment begin = floats(begins, rows * outputs, atEnd);
      MemorySegment bias = floats(biases, width, atEnd);
      MemorySegment y = ys.place((long) rows * width * Float.BYTES, atEnd);
      GuardedCalls.call(
          code,
          List.of(x, y, begin, bias, MemorySegment.NULL, w),
          depth,
          0,
          0,
          0,
          0,
          0,
          TILES,
          panels,
          (long) depth * Float.BYTES,
          (long) panelNumbers * size,
          (long) width * Float.BYTES,
          (long) outputs * Float.BYTES,
          (long) WIDTH * Float.BYTES);
      for (int row = 0; row < rows; row++) {
        for (int panel = 0; panel < panels; panel++) {
          for (int n = 0; n < outputs; n++) {
            float sum = 0f;
            for (int k = 0; k < depth; k++) {
              float weight =
                  GuardedMemory.number(w, tile.type(), panel * panelNumbers + k * WIDTH + n);
              sum = Math.fma(read(x, row * depth + k), weight, sum);
            }
            int column = panel * WIDTH + n;
            assertThat(read(y, row * width + column))
                .as("%s, panel %s, row %s, output %s", tile, panel, row, n)
                .isEqualTo(sum + read(begin, row * outputs + n) + read(bias, column));
          }
        }
      }
    }
  }

  private MemorySegment floats(GuardedMemory memory, int count, boolean atEnd) {
    return memory.numbers(DType.F32, count, random, atEnd);
  }

  private static float read(MemorySegment floats, int index) {
    return GuardedMemory.number(floats, DType.F32, index);
  }
}
