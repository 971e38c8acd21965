package io.octavo.kernel.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.PanelMatrix;
import io.octavo.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Every kernel with every operand directly before, and directly behind, a page that may not be
 * touched: an access outside of its operands would end this JVM. The results are right as well.
 */
class GuardPageTest {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int TILES = 2;
  private final Random random = new Random(11);

  @Test
  void sumsStayWithinTheirOperands() throws Throwable {
    List<CodePath> paths = MachineSupport.current().paths();
    assumeThat(paths).isNotEmpty();
    for (CodePath path : paths) {
      List<MemorySegment> code = ExecutableMemory.install(CodeProducts.sumsCode(path));
      for (int rows = 1; rows <= path.maxRows(); rows++) {
        CodeTile tile = new CodeTile(path, rows);
        for (int groups : new int[] {1, 2, 7}) {
          for (int part = 0; part < WIDTH; part += tile.outputs()) {
            sums(code.get(rows - 1), tile, groups, part, true);
            sums(code.get(rows - 1), tile, groups, part, false);
          }
        }
      }
    }
  }

  private void sums(MemorySegment code, CodeTile tile, int groups, int part, boolean atEnd)
      throws Throwable {
    int rows = tile.rows() * TILES;
    int group = tile.path().layout().group();
    long xBytes = (long) rows * groups * CodeTile.GROUP_BYTES;
    long wBytes = (long) groups * tile.weightStride();
    long yBytes = (long) rows * tile.outputs() * Integer.BYTES;
    long startBytes = (long) tile.outputs() * Integer.BYTES;
    try (GuardedMemory xs = new GuardedMemory(xBytes);
        GuardedMemory ws = new GuardedMemory(wBytes);
        GuardedMemory starts = new GuardedMemory(startBytes);
        GuardedMemory ys = new GuardedMemory(yBytes)) {
      MemorySegment x = xs.place(xBytes, atEnd);
      MemorySegment w = ws.place(wBytes, atEnd);
      MemorySegment start = starts.place(startBytes, atEnd);
      MemorySegment y = ys.place(yBytes, atEnd);
      fillActivations(x, group);
      fill(w);
      fill(start);
      GuardedCalls.call(
          code,
          List.of(x, y, y, y, start, w.asSlice((long) part * group)),
          groups,
          TILES,
          (long) groups * CodeTile.GROUP_BYTES,
          0,
          (long) tile.outputs() * Integer.BYTES);
      for (int row = 0; row < rows; row++) {
        for (int n = 0; n < tile.outputs(); n++) {
          int sum = start.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, n);
          for (int k = 0; k < groups * group; k++) {
            long at = (long) (k / group) * tile.weightStride() + (part + n) * group + k % group;
            sum +=
                activation(x, group, (long) row * groups * group + k)
                    * w.get(ValueLayout.JAVA_BYTE, at);
          }
          assertThat(y.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, row * tile.outputs() + n))
              .as("%s, %s groups, row %s, output %s", tile, groups, row, n)
              .isEqualTo(sum);
        }
      }
    }
  }

  @Test
  void valuesStayWithinTheirOperands() throws Throwable {
    CodePath path = CodePath.AVX512_VNNI;
    assumeThat(MachineSupport.current().paths()).contains(path);
    List<MemorySegment> code = ExecutableMemory.install(CodeValueProducts.code(path));
    for (int rows = 1; rows <= path.maxRows(); rows++) {
      for (int width : new int[] {1, 15, 16, 17, 33, 63, 64, 128}) {
        values(code.get(rows - 1), new CodeTile(path, rows), width, true);
        values(code.get(rows - 1), new CodeTile(path, rows), width, false);
      }
    }
  }

  private void values(MemorySegment code, CodeTile tile, int width, boolean atEnd)
      throws Throwable {
    int groups = 5;
    int rows = tile.rows() * TILES;
    int panels = PanelMatrix.panels(width);
    long panelBytes = (long) groups * tile.weightStride() + WIDTH * Integer.BYTES;
    long xBytes = (long) rows * groups * CodeTile.GROUP_BYTES;
    long outputBytes = (long) width * Float.BYTES;
    try (GuardedMemory xs = new GuardedMemory(xBytes);
        GuardedMemory ws = new GuardedMemory(panels * panelBytes);
        GuardedMemory ys = new GuardedMemory(rows * outputBytes);
        GuardedMemory rowSteps = new GuardedMemory((long) rows * Float.BYTES);
        GuardedMemory steps = new GuardedMemory(outputBytes);
        GuardedMemory biases = new GuardedMemory(outputBytes)) {
      MemorySegment x = xs.place(xBytes, atEnd);
      MemorySegment w = ws.place(panels * panelBytes, atEnd);
      MemorySegment y = ys.place(rows * outputBytes, atEnd);
      MemorySegment rowStep = floats(rowSteps, rows, atEnd);
      MemorySegment step = floats(steps, width, atEnd);
      MemorySegment bias = floats(biases, width, atEnd);
      fill(x);
      fill(w);
      GuardedCalls.call(
          code,
          List.of(x, y, rowStep, step, bias, w),
          groups,
          TILES,
          panels,
          (long) groups * CodeTile.GROUP_BYTES,
          outputBytes,
          width % WIDTH == 0 ? -1 : (1L << width) - 1,
          WIDTH * Float.BYTES);
      for (int row = 0; row < rows; row++) {
        for (int n = 0; n < width; n++) {
          long panel = n / WIDTH * panelBytes;
          int sum =
              w.get(
                  ValueLayout.JAVA_INT_UNALIGNED,
                  panel + (long) groups * tile.weightStride() + n % WIDTH * Integer.BYTES);
          for (int k = 0; k < groups * 4; k++) {
            sum +=
                activation(x, 4, (long) row * groups * 4 + k)
                    * w.get(
                        ValueLayout.JAVA_BYTE,
                        panel + (long) (k / 4) * tile.weightStride() + n % WIDTH * 4 + k % 4);
          }
          float value = sum * read(rowStep, row) * read(step, n) + read(bias, n);
          assertThat(read(y, row * width + n)).as("%s, output %s", tile, n).isEqualTo(value);
        }
      }
    }
  }

  @Test
  void floatTilesStayWithinTheirOperands() throws Throwable {
    CpuFeatures features = MachineSupport.current().features();
    assumeThat(features != null && features.avx512()).isTrue();
    List<MemorySegment> code = ExecutableMemory.install(MachineTile.code());
    int piece = 0;
    for (int vectors : new int[] {2, 4}) {
      for (int rows = 1; rows <= FloatTile.MAX_ROWS; rows++) {
        for (int depth : new int[] {1, 2, 5}) {
          floatTile(code.get(piece), new FloatTile(rows, vectors), depth, true);
          floatTile(code.get(piece), new FloatTile(rows, vectors), depth, false);
        }
        piece++;
      }
    }
  }

  private void floatTile(MemorySegment code, FloatTile tile, int depth, boolean atEnd)
      throws Throwable {
    int rows = tile.rows() * TILES;
    int outputs = tile.vectors() * FloatTile.LANES;
    int panelFloats = (depth - 1) * WIDTH + outputs;
    try (GuardedMemory xs = new GuardedMemory((long) rows * depth * Float.BYTES);
        GuardedMemory panels = new GuardedMemory((long) panelFloats * Float.BYTES);
        GuardedMemory ys = new GuardedMemory((long) rows * outputs * Float.BYTES)) {
      MemorySegment x = floats(xs, rows * depth, atEnd);
      MemorySegment panel = floats(panels, panelFloats, atEnd);
      MemorySegment y = ys.place((long) rows * outputs * Float.BYTES, atEnd);
      GuardedCalls.call(
          code,
          List.of(x, panel, y),
          depth,
          TILES,
          (long) depth * Float.BYTES,
          (long) outputs * Float.BYTES);
      for (int row = 0; row < rows; row++) {
        for (int n = 0; n < outputs; n++) {
          float sum = 0f;
          for (int k = 0; k < depth; k++) {
            sum = Math.fma(read(x, row * depth + k), read(panel, k * WIDTH + n), sum);
          }
          assertThat(read(y, row * outputs + n)).as("%s, output %s", tile, n).isEqualTo(sum);
        }
      }
    }
  }

  @Test
  void attentionWeightsStayWithinTheirOperands() throws Throwable {
    CpuFeatures features = MachineSupport.current().features();
    assumeThat(features != null && features.avx512()).isTrue();
    MemorySegment code = ExecutableMemory.install(List.of(BlockWeightsCode.code())).getFirst();
    for (int queries : new int[] {1, 16, 19}) {
      for (int keys : new int[] {1, 16, 31, WIDTH}) {
        attentionWeights(code, queries, keys, true);
        attentionWeights(code, queries, keys, false);
      }
    }
  }

  private void attentionWeights(MemorySegment code, int queries, int keys, boolean atEnd)
      throws Throwable {
    int factorFloats = BlockWeights.MAX_QUERIES + queries;
    try (GuardedMemory scores = new GuardedMemory((long) queries * WIDTH * Float.BYTES);
        GuardedMemory mantissas = new GuardedMemory((long) queries * Float.BYTES);
        GuardedMemory exponents = new GuardedMemory((long) queries * Float.BYTES);
        GuardedMemory factors = new GuardedMemory((long) factorFloats * Float.BYTES)) {
      MemorySegment weight = floats(scores, queries * WIDTH, atEnd);
      MemorySegment mantissa = floats(mantissas, queries, atEnd);
      MemorySegment exponent = floats(exponents, queries, atEnd);
      MemorySegment factor = floats(factors, factorFloats, atEnd);
      double[] expected = new double[queries * WIDTH];
      double[] sums = new double[queries];
      for (int q = 0; q < queries; q++) {
        exponent.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, q, q - 2f);
        sums[q] = read(mantissa, q) * Math.pow(2, q - 2);
        for (int j = 0; j < keys; j++) {
          expected[q * WIDTH + j] = Math.exp(read(weight, q * WIDTH + j));
          sums[q] += expected[q * WIDTH + j];
        }
      }
      factor.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, 0, 1f);
      GuardedCalls.call(
          code,
          List.of(weight, mantissa, exponent, factor),
          (queries + 15) / 16,
          -1L >>> -keys,
          (1L << ((queries - 1) % 16 + 1)) - 1,
          BlockWeightsCode.constants());
      for (int q = 0; q < queries; q++) {
        double power = Math.pow(2, read(exponent, q));
        double ofBlock = power * read(factor, BlockWeights.MAX_QUERIES + q);
        assertThat(read(factor, q) * power).isEqualTo(Math.pow(2, q - 2));
        assertThat(read(mantissa, q) * power).isCloseTo(sums[q], Offset.offset(1e-5 * power));
        for (int j = 0; j < WIDTH; j++) {
          double one = expected[q * WIDTH + j];
          assertThat(read(weight, q * WIDTH + j) * ofBlock)
              .isCloseTo(one, Offset.offset(1e-6 * one));
        }
      }
    }
  }

  @Test
  void weightedValuesStayWithinTheirOperands() throws Throwable {
    CpuFeatures features = MachineSupport.current().features();
    assumeThat(features != null && features.avx512()).isTrue();
    List<MemorySegment> code = ExecutableMemory.install(MachineWeightedValues.code());
    int piece = 0;
    for (int vectors : new int[] {2, 4}) {
      for (int rows = 1; rows <= FloatTile.MAX_ROWS; rows++) {
        FloatTile tile = new FloatTile(rows, vectors);
        for (int width : new int[] {1, 15, 16, 31, vectors * FloatTile.LANES}) {
          weightedValues(code.get(piece), code.getLast(), tile, width, true);
          weightedValues(code.get(piece), code.getLast(), tile, width, false);
        }
        piece++;
      }
    }
  }

  private void weightedValues(
      MemorySegment code, MemorySegment division, FloatTile tile, int width, boolean atEnd)
      throws Throwable {
    int keys = 5;
    int queries = tile.rows() * TILES;
    int panelFloats = (keys - 1) * WIDTH + tile.vectors() * FloatTile.LANES;
    int stride = width + 3;
    int outFloats = (queries - 1) * stride + width;
    int factorFloats = BlockWeights.MAX_QUERIES + queries;
    try (GuardedMemory weights = new GuardedMemory((long) queries * WIDTH * Float.BYTES);
        GuardedMemory panels = new GuardedMemory((long) panelFloats * Float.BYTES);
        GuardedMemory outs = new GuardedMemory((long) outFloats * Float.BYTES);
        GuardedMemory factors = new GuardedMemory((long) factorFloats * Float.BYTES);
        GuardedMemory mantissas = new GuardedMemory((long) queries * Float.BYTES)) {
      MemorySegment weight = floats(weights, queries * WIDTH, atEnd);
      MemorySegment panel = floats(panels, panelFloats, atEnd);
      MemorySegment out = floats(outs, outFloats, atEnd);
      MemorySegment factor = floats(factors, factorFloats, atEnd);
      MemorySegment mantissa = floats(mantissas, queries, atEnd);
      float[] before = new float[outFloats];
      for (int i = 0; i < outFloats; i++) {
        before[i] = read(out, i);
      }
      long mask = -1L >>> -width;
      long strideBytes = (long) stride * Float.BYTES;
      GuardedCalls.call(code, List.of(weight, panel, out, factor), keys, TILES, strideBytes, mask);
      GuardedCalls.call(division, List.of(out, mantissa), queries, strideBytes, mask);
      for (int i = 0; i < outFloats; i++) {
        int q = i / stride;
        float expected = before[i];
        if (i % stride < width) {
          float sum = 0f;
          for (int j = 0; j < keys; j++) {
            sum = Math.fma(read(weight, q * WIDTH + j), read(panel, j * WIDTH + i % stride), sum);
          }
          float newFactor = read(factor, BlockWeights.MAX_QUERIES + q);
          expected = Math.fma(sum, newFactor, before[i] * read(factor, q));
          expected *= 1f / read(mantissa, q);
        }
        assertThat(read(out, i)).as("%s, width %s, %s", tile, width, i).isEqualTo(expected);
      }
    }
  }

  private MemorySegment floats(GuardedMemory memory, int count, boolean atEnd) {
    return memory.numbers(DType.F32, count, random, atEnd);
  }

  private static float read(MemorySegment floats, int index) {
    return GuardedMemory.number(floats, DType.F32, index);
  }

  private void fill(MemorySegment segment) {
    for (long i = 0; i < segment.byteSize(); i++) {
      segment.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
    }
  }

  /** Bytes for groups of four, bytes in 16 bits for groups of two. */
  private void fillActivations(MemorySegment x, int group) {
    fill(x);
    for (long i = 1; group == 2 && i < x.byteSize(); i += 2) {
      x.set(ValueLayout.JAVA_BYTE, i, (byte) 0);
    }
  }

  private static int activation(MemorySegment x, int group, long index) {
    return Byte.toUnsignedInt(x.get(ValueLayout.JAVA_BYTE, index * CodeTile.GROUP_BYTES / group));
  }
}
