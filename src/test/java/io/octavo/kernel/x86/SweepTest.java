package io.octavo.kernel.x86;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.octavo.kernel.Activation;
import io.octavo.kernel.ScalarActivation;
import io.octavo.kernel.ScalarNormalization;
import io.octavo.kernel.ScalarQuantization;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every sweep over a row with every operand directly before, and directly behind, a page that may
 * not be touched: an access outside of its operands would end this JVM. That the results are right
 * as well is seen where the definition is a loop over elements.
 */
class SweepTest {
  private static final int[] COUNTS = {0, 1, 15, 16, 17, 33, 64};
  private final Random random = new Random(23);

  @BeforeAll
  static void needTheInstructions() {
    assumeThat(MachineSupport.current().floatPaths()).contains(FloatPath.AVX512);
  }

  @Test
  void sweepsOfSoftmaxStayWithinTheirOperands() throws Throwable {
    List<MemorySegment> code = ExecutableMemory.install(SoftmaxCode.code());
    float[] constants = SoftmaxCode.constants();
    for (int sweep = 0; sweep < code.size(); sweep++) {
      for (int count : COUNTS) {
        for (boolean atEnd : new boolean[] {false, true}) {
          try (GuardedMemory xs = new GuardedMemory(floatBytes(count));
              GuardedMemory ys = new GuardedMemory(floatBytes(count));
              GuardedMemory numbers = new GuardedMemory(floatBytes(constants.length))) {
            MemorySegment x = floats(xs, count, atEnd);
            MemorySegment y = floats(ys, count, atEnd);
            MemorySegment number = copy(numbers, constants, atEnd);
            long sum =
                GuardedCalls.call(
                    code.get(sweep),
                    List.of(x, y, number),
                    RowLoop.vectors(count),
                    RowLoop.rest(count),
                    0L,
                    0L,
                    NativeCall.bits(-1f),
                    NativeCall.bits(3f),
                    NativeCall.bits(0f));
            float result = Float.intBitsToFloat((int) sum);
            if (sweep == SoftmaxCode.MAXIMUM) {
              float largest = Float.NEGATIVE_INFINITY;
              for (int i = 0; i < count; i++) {
                largest = Math.max(largest, read(x, i));
              }
              assertThat(result).isEqualTo(largest);
            } else if (sweep == SoftmaxCode.SCALE) {
              for (int i = 0; i < count; i++) {
                float value = read(x, i);
                assertThat(read(y, i)).isEqualTo(value < -1f ? 0f : value * 3f);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void activationsStayWithinTheirOperands() throws Throwable {
    float[] constants = ActivationCode.constants();
    for (Activation activation : Activation.values()) {
      for (boolean gated : new boolean[] {false, true}) {
        MachineCode piece = new ActivationCode(activation, gated).code();
        MemorySegment code = ExecutableMemory.install(List.of(piece)).getFirst();
        for (int count : COUNTS) {
          for (boolean atEnd : new boolean[] {false, true}) {
            try (GuardedMemory xs = new GuardedMemory(floatBytes(count));
                GuardedMemory ups = new GuardedMemory(floatBytes(count));
                GuardedMemory numbers = new GuardedMemory(floatBytes(constants.length))) {
              MemorySegment x = floats(xs, count, atEnd);
              MemorySegment up = floats(ups, count, atEnd);
              float[] before = new float[count];
              MemorySegment.copy(x, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, before, 0, count);
              GuardedCalls.call(
                  code,
                  List.of(x, up, copy(numbers, constants, atEnd)),
                  RowLoop.vectors(count),
                  RowLoop.rest(count),
                  0L,
                  0L,
                  NativeCall.bits(0f),
                  NativeCall.bits(0f),
                  NativeCall.bits(0f));
              for (int i = 0; i < count; i++) {
                float value = ScalarActivation.of(activation, before[i]);
                assertThat(read(x, i))
                    .as("%s of %s", activation, before[i])
                    .isEqualTo(gated ? value * read(up, i) : value);
              }
            }
          }
        }
      }
    }
  }

  @Test
  void sweepsOfQuantizationStayWithinTheirOperands() throws Throwable {
    List<MemorySegment> code = ExecutableMemory.install(QuantizationCode.code());
    for (int count : COUNTS) {
      for (float threshold : new float[] {0.01f, 1.7f, 100f, Float.NaN}) {
        quantization(code, count, threshold, false);
        quantization(code, count, threshold, true);
      }
    }
  }

  private void quantization(List<MemorySegment> code, int count, float threshold, boolean atEnd)
      throws Throwable {
    int[] constants = QuantizationCode.constants();
    ScalarQuantization scalar = new ScalarQuantization();
    try (GuardedMemory xs = new GuardedMemory(floatBytes(count));
        GuardedMemory indices = new GuardedMemory(floatBytes(count));
        GuardedMemory largest = new GuardedMemory(floatBytes(1));
        GuardedMemory bytes = new GuardedMemory(Math.max(1, count));
        GuardedMemory numbers = new GuardedMemory(floatBytes(constants.length))) {
      MemorySegment x = floats(xs, count, atEnd);
      float[] row = new float[count];
      MemorySegment.copy(x, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, row, 0, count);
      MemorySegment index = place(indices, floatBytes(count), atEnd);
      MemorySegment most = place(largest, floatBytes(1), atEnd);
      MemorySegment codes = place(bytes, count, atEnd);
      MemorySegment number = place(numbers, floatBytes(constants.length), atEnd);
      MemorySegment.copy(constants, 0, number, ValueLayout.JAVA_INT_UNALIGNED, 0, constants.length);
      long found =
          GuardedCalls.call(
              code.get(0),
              List.of(x, index, most, number),
              RowLoop.vectors(count),
              RowLoop.rest(count),
              0L,
              0L,
              NativeCall.bits(threshold),
              NativeCall.bits(0f),
              NativeCall.bits(0f));
      int[] columns = new int[count];
      float[] absmax = new float[1];
      assertThat(found).isEqualTo(scalar.scan(row, 0, count, threshold, columns, absmax, 0));
      assertThat(read(most, 0)).isEqualTo(absmax[0]);
      for (int i = 0; i < found; i++) {
        assertThat(index.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i)).isEqualTo(columns[i]);
      }
      GuardedCalls.call(
          code.get(1),
          List.of(x, codes, number),
          RowLoop.vectors(count),
          RowLoop.rest(count),
          0L,
          0L,
          NativeCall.bits(20f),
          NativeCall.bits(threshold),
          NativeCall.bits(0f));
      byte[] expected = new byte[count];
      scalar.quantize(row, 0, count, 20f, threshold, expected, 0);
      assertThat(codes.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
    }
  }

  @Test
  void normalizationsStayWithinTheirOperands() throws Throwable {
    for (TokenNorm norm : TokenNorm.values()) {
      List<MemorySegment> code = ExecutableMemory.install(NormalizationCode.norms(norm));
      for (int variant = 0; variant < code.size(); variant++) {
        for (int width : rowWidths()) {
          for (int rows = 1; rows < 4; rows++) {
            normalization(norm, code.get(variant), variant, rows, width, false);
            normalization(norm, code.get(variant), variant, rows, width, true);
          }
        }
      }
    }
    List<MemorySegment> scales = ExecutableMemory.install(NormalizationCode.scales());
    for (int variant = 0; variant < scales.size(); variant++) {
      for (int width : rowWidths()) {
        normalization(null, scales.get(variant), variant, 2, width, false);
        normalization(null, scales.get(variant), variant, 2, width, true);
      }
    }
  }

  private static int[] rowWidths() {
    return Arrays.stream(COUNTS).filter(width -> width >= NormalizationCode.NARROWEST).toArray();
  }

  private void normalization(
      @Nullable TokenNorm norm, MemorySegment code, int variant, int rows, int width, boolean atEnd)
      throws Throwable {
    int count = rows * width;
    try (GuardedMemory xs = new GuardedMemory(floatBytes(count));
        GuardedMemory ys = new GuardedMemory(floatBytes(count));
        GuardedMemory gammas = new GuardedMemory(floatBytes(width));
        GuardedMemory betas = new GuardedMemory(floatBytes(width))) {
      MemorySegment x = floats(xs, count, atEnd);
      MemorySegment y = floats(ys, count, atEnd);
      MemorySegment gamma = floats(gammas, width, atEnd);
      MemorySegment beta = floats(betas, width, atEnd);
      float[] from = x.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      float[] scales = (variant & 1) == 0 ? null : gamma.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      float[] shifts = (variant & 2) == 0 ? null : beta.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
      float[] expected = new float[count];
      ScalarNormalization scalar = new ScalarNormalization();
      long vectors = RowLoop.vectors(width) - 1;
      long rest = RowLoop.rest(width);
      if (norm == null) {
        scalar.scale(from, 0, rows, width, 3f, scales, shifts, expected, 0);
        GuardedCalls.call(
            code,
            List.of(x, y, gamma, beta),
            vectors,
            rest,
            0L,
            0L,
            (long) rows,
            floatBytes(width),
            NativeCall.bits(3f),
            0L,
            LineMasks.address(),
            0L);
      } else {
        double divisor = norm == TokenNorm.COMPRESSED_RMS_NORM ? width + 1.0 : width;
        switch (norm) {
          case LAYER_NORM ->
              scalar.layerNorm(from, 0, rows, width, scales, shifts, 0.1, expected, 0);
          case RMS_NORM -> scalar.rmsNorm(from, 0, rows, width, scales, shifts, 0.1, expected, 0);
          case RMS_NORM_EPSILON_OUTSIDE ->
              scalar.rmsNormEpsilonOutside(from, 0, rows, width, scales, shifts, 0.1, expected, 0);
          case RMS_NORM_ROUNDED ->
              scalar.rmsNormRounded(from, 0, rows, width, scales, shifts, 0.1, expected, 0);
          case RMS_NORM_ROUNDED_TWICE ->
              scalar.rmsNormRoundedTwice(from, 0, rows, width, scales, shifts, 0.1, expected, 0);
          case COMPRESSED_RMS_NORM ->
              scalar.compressedRmsNorm(from, 0, rows, width, 0.1, expected, 0);
        }
        GuardedCalls.call(
            code,
            List.of(x, y, gamma, beta),
            vectors,
            rest,
            0L,
            0L,
            (long) rows,
            floatBytes(width),
            NativeCall.bits(divisor),
            NativeCall.bits(0.1),
            LineMasks.address(),
            0L);
      }
      assertThat(y.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).isEqualTo(expected);
    }
  }

  @Test
  void sumsStayWithinTheirOperands() throws Throwable {
    List<MemorySegment> code = ExecutableMemory.install(NormalizationSums.code());
    ScalarNormalization scalar = new ScalarNormalization();
    for (int count : COUNTS) {
      for (boolean atEnd : new boolean[] {false, true}) {
        try (GuardedMemory xs = new GuardedMemory(floatBytes(count))) {
          MemorySegment x = floats(xs, count, atEnd);
          float[] row = x.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
          for (int i = 0; i < code.size(); i++) {
            double sum =
                Double.longBitsToDouble(
                    GuardedCalls.call(
                        code.get(i),
                        List.of(x),
                        RowLoop.vectors(count),
                        RowLoop.rest(count),
                        0L,
                        NativeCall.bits(0.7)));
            assertThat(sum)
                .isEqualTo(
                    i == 0 ? scalar.sum(row, 0, count) : scalar.sumOfSquares(row, 0, count, 0.7));
          }
        }
      }
    }
  }

  private static long floatBytes(int count) {
    return (long) count * Float.BYTES;
  }

  private static MemorySegment place(GuardedMemory memory, long bytes, boolean atEnd) {
    return atEnd ? memory.atEnd(bytes) : memory.atBegin(bytes);
  }

  private MemorySegment floats(GuardedMemory memory, int count, boolean atEnd) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = -Math.abs((float) random.nextGaussian()) - 1f;
    }
    return copy(memory, values, atEnd);
  }

  private static MemorySegment copy(GuardedMemory memory, float[] values, boolean atEnd) {
    MemorySegment segment = place(memory, floatBytes(values.length), atEnd);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
    return segment;
  }

  private static float read(MemorySegment floats, int index) {
    return floats.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, index);
  }
}
