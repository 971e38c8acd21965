package io.octavo.kernel.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.octavo.kernel.PanelMatrix;
import io.octavo.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The kernels of a single row with every operand directly before, and directly behind, a page that
 * may not be touched, as {@link GuardPageTest} has the others.
 */
class RowGuardTest {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int RUNS = 2;
  private final Random random = new Random(23);

  @Test
  void codesStayWithinTheirOperands() throws Throwable {
    assumeThat(MachineSupport.current().paths()).contains(CodePath.AVX512_VNNI);
    List<MemorySegment> code = ExecutableMemory.install(CodeRowProducts.code(CodePath.AVX512_VNNI));
    for (int kind = 0; kind < code.size(); kind++) {
      for (int groups : new int[] {1, 2, 7}) {
        for (int fetches = 1; fetches <= groups; fetches++) {
          codes(code.get(kind), CodeRowProducts.KINDS[kind], groups, fetches, true);
          codes(code.get(kind), CodeRowProducts.KINDS[kind], groups, fetches, false);
        }
      }
    }
  }

  private void codes(MemorySegment code, CodeRow kind, int groups, int fetches, boolean atEnd)
      throws Throwable {
    int between = groups / fetches;
    int rows = kind.rows();
    int panels = RUNS * kind.panels();
    int outputs = panels * WIDTH;
    int inputs = groups * 4;
    int panelBytes = inputs * WIDTH + WIDTH * Integer.BYTES;
    try (GuardedMemory xs = new GuardedMemory((long) rows * inputs);
        GuardedMemory ws = new GuardedMemory((long) panels * panelBytes);
        GuardedMemory rowSteps = new GuardedMemory((long) rows * Float.BYTES);
        GuardedMemory steps = new GuardedMemory((long) outputs * Float.BYTES);
        GuardedMemory biases = new GuardedMemory((long) outputs * Float.BYTES);
        GuardedMemory ys = new GuardedMemory((long) rows * outputs * Float.BYTES)) {
      MemorySegment x = bytes(xs, rows * inputs, atEnd);
      MemorySegment w = bytes(ws, panels * panelBytes, atEnd);
      MemorySegment rowStep = numbers(rowSteps, DType.F32, rows, atEnd);
      MemorySegment step = numbers(steps, DType.F32, outputs, atEnd);
      MemorySegment bias = numbers(biases, DType.F32, outputs, atEnd);
      MemorySegment y = ys.place((long) rows * outputs * Float.BYTES, atEnd);
      GuardedCalls.call(
          code,
          List.of(x, y, rowStep, step, bias, w),
          between,
          fetches,
          groups - between * fetches,
          RUNS,
          panelBytes,
          WIDTH * Float.BYTES,
          // Nothing is read there: the page behind cannot be.
          ws.place(1, true).address() + 1,
          4096,
          64,
          inputs,
          (long) outputs * Float.BYTES);
      for (int row = 0; row < rows; row++) {
        for (int n = 0; n < outputs; n++) {
          long panel = (long) (n / WIDTH) * panelBytes;
          long start = panel + (long) inputs * WIDTH + n % WIDTH * (long) Integer.BYTES;
          int sum = w.get(ValueLayout.JAVA_INT_UNALIGNED, start);
          for (int k = 0; k < inputs; k++) {
            long at = panel + (long) (k / 4) * 4 * WIDTH + n % WIDTH * 4 + k % 4;
            sum +=
                Byte.toUnsignedInt(x.get(ValueLayout.JAVA_BYTE, row * inputs + k))
                    * w.get(ValueLayout.JAVA_BYTE, at);
          }
          float value =
              sum
                  * GuardedMemory.number(rowStep, DType.F32, row)
                  * GuardedMemory.number(step, DType.F32, n);
          assertThat(GuardedMemory.number(y, DType.F32, row * outputs + n))
              .as("%s, %d groups, row %d, output %d", kind, groups, row, n)
              .isEqualTo(value + GuardedMemory.number(bias, DType.F32, n));
        }
      }
    }
  }

  @Test
  void floatsStayWithinTheirOperands() throws Throwable {
    assumeThat(MachineSupport.current().floatPaths()).contains(FloatPath.AVX512);
    for (DType type : FloatProducts.TYPES) {
      List<MemorySegment> code =
          ExecutableMemory.install(FloatRowProducts.code(FloatPath.AVX512, type));
      for (int kind = 0; kind < code.size(); kind++) {
        for (int depth : new int[] {1, 2, 7}) {
          for (int blocks = 1; blocks <= 2; blocks++) {
            floats(code.get(kind), type, CodeRow.MOST >> kind, depth, blocks, true);
            floats(code.get(kind), type, CodeRow.MOST >> kind, depth, blocks, false);
          }
        }
      }
    }
  }

  private void floats(
      MemorySegment code, DType type, int width, int depth, int blocks, boolean atEnd)
      throws Throwable {
    int panels = RUNS * width;
    int outputs = panels * WIDTH;
    int inputs = depth * blocks;
    int size = type.bytes();
    try (GuardedMemory xs = new GuardedMemory((long) inputs * Float.BYTES);
        GuardedMemory ws = new GuardedMemory((long) panels * inputs * WIDTH * size);
        GuardedMemory begins = new GuardedMemory((long) outputs * Float.BYTES);
        GuardedMemory biases = new GuardedMemory((long) outputs * Float.BYTES);
        GuardedMemory ys = new GuardedMemory((long) outputs * Float.BYTES)) {
      MemorySegment x = numbers(xs, DType.F32, inputs, atEnd);
      MemorySegment w = numbers(ws, type, panels * inputs * WIDTH, atEnd);
      MemorySegment begin = numbers(begins, DType.F32, outputs, atEnd);
      MemorySegment bias = numbers(biases, DType.F32, outputs, atEnd);
      MemorySegment y = ys.place((long) outputs * Float.BYTES, atEnd);
      GuardedCalls.call(
          code,
          List.of(x, y, begin, bias, MemorySegment.NULL, w),
          depth,
          blocks,
          RUNS,
          0,
          0,
          0,
          0,
          0,
          (long) inputs * WIDTH * size,
          WIDTH * Float.BYTES,
          WIDTH * Float.BYTES);
      for (int n = 0; n < outputs; n++) {
        float total = GuardedMemory.number(begin, DType.F32, n);
        for (int block = 0; block < blocks; block++) {
          float sum = 0f;
          for (int k = block * depth; k < (block + 1) * depth; k++) {
            int at = (n / WIDTH * inputs + k) * WIDTH + n % WIDTH;
            sum =
                Math.fma(
                    GuardedMemory.number(x, DType.F32, k), GuardedMemory.number(w, type, at), sum);
          }
          total = sum + total;
        }
        assertThat(GuardedMemory.number(y, DType.F32, n))
            .as("%s, %d panels, %d inputs, output %d", type, width, inputs, n)
            .isEqualTo(total + GuardedMemory.number(bias, DType.F32, n));
      }
    }
  }

  private MemorySegment bytes(GuardedMemory memory, int count, boolean atEnd) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return memory.place(count, atEnd).copyFrom(MemorySegment.ofArray(bytes));
  }

  private MemorySegment numbers(GuardedMemory memory, DType type, int count, boolean atEnd) {
    return memory.numbers(type, count, random, atEnd);
  }
}
