package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.KernelSet;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The quantization sweeps against their words, over lengths from nothing to past three tiles. */
@Tag("core")
class QuantizationTest {
  private static List<QuantizationKernel> kernels() {
    return KernelSet.available().stream().map(KernelSet::quantization).toList();
  }

  @Test
  void rowsOfEveryLength() {
    Random random = new Random(3);
    for (int count = 0; count < 70; count++) {
      for (float threshold : new float[] {1f, 6f, Float.POSITIVE_INFINITY, Float.NaN}) {
        int offset = random.nextInt(4);
        float[] x = new float[offset + count + 3];
        for (int i = 0; i < x.length; i++) {
          x[i] = (float) random.nextGaussian() * 3f;
        }
        if (count > 5) {
          x[offset + 2] = threshold;
          x[offset + 4] = -threshold;
        }
        boolean poisoned = count > 8 && Float.isFinite(threshold) && random.nextInt(4) == 0;
        if (poisoned) {
          x[offset + 7] = Float.NaN;
        }
        check(x, offset, count, threshold);
      }
    }
  }

  private static void check(float[] x, int offset, int count, float threshold) {
    float[] row = Arrays.copyOfRange(x, offset, offset + count);
    int[] outliers = IntStream.range(0, count).filter(i -> Math.abs(row[i]) >= threshold).toArray();
    double absmax = 0;
    for (float value : row) {
      if (!(Math.abs(value) >= threshold)) {
        absmax = Math.max(absmax, Math.abs(value));
      }
    }
    float scale = Double.isFinite(absmax) && absmax > 0 ? 127f / (float) absmax : 0f;
    for (QuantizationKernel kernel : kernels()) {
      assertThat(kernel.absmaxBelow(x, offset, count, threshold))
          .isEqualTo(Float.valueOf((float) absmax));
      int[] found = new int[count + 1];
      int n = kernel.outliers(x, offset, count, threshold, found, 1);
      assertThat(Arrays.copyOfRange(found, 1, 1 + n)).isEqualTo(outliers);
      byte[] codes = new byte[count + 2];
      if (Double.isFinite(absmax)) {
        kernel.quantize(x, offset, count, scale, threshold, codes, 1);
        for (int i = 0; i < count; i++) {
          float kept = Math.abs(row[i]) >= threshold ? 0f : row[i];
          assertThat((double) codes[1 + i]).isEqualTo(Math.rint(kept * scale) + 0.0);
        }
      }
      assertThat(codes[count + 1]).isZero();
    }
  }

  @Test
  void dequantizesOutputsOfEveryCount() {
    Random random = new Random(4);
    for (int count = 0; count < 70; count++) {
      int[] accumulators = random.ints(count + 2, -1_000_000_000, 1_000_000_000).toArray();
      float[] steps = floats(count + 3, random);
      float[] bias = floats(count + 3, random);
      float step = random.nextFloat();
      for (QuantizationKernel kernel : kernels()) {
        float[] y = new float[count + 5];
        kernel.dequantize(accumulators, 2, step, steps, bias, 3, y, 4, count);
        float[] withoutBias = new float[count + 5];
        kernel.dequantize(accumulators, 2, step, steps, null, 3, withoutBias, 4, count);
        for (int n = 0; n < count; n++) {
          float value = (float) accumulators[2 + n] * step * steps[3 + n];
          assertThat(withoutBias[4 + n]).isEqualTo(value);
          assertThat(y[4 + n]).isEqualTo(value + bias[3 + n]);
        }
        assertThat(y[count + 4]).isZero();
      }
    }
  }

  private static float[] floats(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void tiesGoToEven() {
    float[] x = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 126.5f, -126.5f};
    for (QuantizationKernel kernel : kernels()) {
      byte[] codes = new byte[x.length];
      kernel.quantize(x, 0, x.length, 1f, Float.NaN, codes, 0);
      assertThat(codes).containsExactly(0, 2, 2, 0, -2, -2, 126, -126);
    }
  }
}
