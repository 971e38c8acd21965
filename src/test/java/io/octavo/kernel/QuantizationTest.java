package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.KernelSet;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The quantization sweeps against their words, over lengths from nothing to past three tiles. */
@Tag("core")
class QuantizationTest {
  private static List<QuantizationKernel> kernels() {
    return Stream.concat(
            KernelSet.available().stream().map(KernelSet::quantization),
            Stream.of(new LoopQuantization()))
        .toList();
  }

  @Test
  void rowsOfEveryLength() {
    Random random = new Random(3);
    for (int count = 0; count < 150; count++) {
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
      int[] found = new int[count];
      float[] most = {7f, 7f, 7f};
      int n = kernel.scan(x, offset, count, threshold, found, most, 1);
      assertThat(most).containsExactly(7f, (float) absmax, 7f);
      assertThat(Arrays.copyOf(found, n)).isEqualTo(outliers);
      byte[] codes = new byte[count + 2];
      if (Double.isFinite(absmax)) {
        kernel.quantize(x, offset, count, scale, threshold, codes, 1);
        for (int i = 0; i < count; i++) {
          float kept = Math.abs(row[i]) >= threshold ? 0f : row[i];
          assertThat(Byte.toUnsignedInt(codes[1 + i]) - 128.0)
              .isEqualTo(Math.rint(kept * scale) + 0.0);
        }
      }
      assertThat(codes[count + 1]).isZero();
    }
  }

  @Test
  void tiesGoToEven() {
    float[] x = {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 126.5f, -126.5f};
    for (QuantizationKernel kernel : kernels()) {
      byte[] codes = new byte[x.length];
      kernel.quantize(x, 0, x.length, 1f, Float.NaN, codes, 0);
      byte[] expected = {0, 2, 2, 0, -2, -2, 126, -126};
      for (int i = 0; i < expected.length; i++) {
        expected[i] += (byte) 128;
      }
      assertThat(codes).isEqualTo(expected);
    }
  }
}
