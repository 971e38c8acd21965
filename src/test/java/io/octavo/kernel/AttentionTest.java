package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.KernelSet;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Attention against a softmax in double, and its implementations against each other to the bit. */
@Tag("core")
class AttentionTest {
  private static List<AttentionKernel> kernels() {
    return KernelSet.available().stream().map(KernelSet::attention).toList();
  }

  @Test
  void agreesWithDoubleAndToTheBitWithItself() {
    Random random = new Random(7);
    int[] lengths = {1, 2, 5, 63, 64, 65, 97, 128, 129, 200};
    int[] widths = {1, 8, 16, 32, 48, 64, 80, 128, 130};
    for (int tokens : lengths) {
      int headWidth = widths[random.nextInt(widths.length)];
      check(tokens, headWidth, 1f, random);
    }
    for (int headWidth : widths) {
      check(1 + random.nextInt(140), headWidth, 1f, random);
    }
    check(150, 32, 60f, random);
  }

  private static void check(int tokens, int headWidth, float magnitude, Random random) {
    int stride = 3 * headWidth + 5;
    float[] x = new float[tokens * stride + 2];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian() * magnitude;
    }
    float scale = (float) (1 / Math.sqrt(headWidth));
    double[] expected = new double[tokens * headWidth];
    double largest = 0;
    for (int t = 0; t < tokens; t++) {
      double[] scores = new double[tokens];
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < tokens; j++) {
        for (int d = 0; d < headWidth; d++) {
          scores[j] += (double) x[2 + t * stride + d] * x[2 + j * stride + headWidth + d] * scale;
        }
        most = Math.max(most, scores[j]);
      }
      double sum = 0;
      for (int j = 0; j < tokens; j++) {
        scores[j] = Math.exp(scores[j] - most);
        sum += scores[j];
      }
      for (int j = 0; j < tokens; j++) {
        for (int d = 0; d < headWidth; d++) {
          expected[t * headWidth + d] += scores[j] / sum * x[2 + j * stride + 2 * headWidth + d];
        }
      }
    }
    for (float value : x) {
      largest = Math.max(largest, Math.abs(value));
    }
    float[] first = new float[0];
    for (AttentionKernel kernel : kernels()) {
      int outStride = headWidth + 1;
      float[] out = new float[1 + tokens * outStride];
      kernel.attend(
          x,
          2,
          2 + headWidth,
          2 + 2 * headWidth,
          stride,
          tokens,
          headWidth,
          scale,
          out,
          1,
          outStride,
          new KernelScratch());
      // Scores carry the float error of a sum of products of this magnitude into the exponent.
      double tolerance = largest * (2e-6 + 3e-7 * magnitude * magnitude * Math.sqrt(headWidth));
      for (int t = 0; t < tokens; t++) {
        for (int d = 0; d < headWidth; d++) {
          assertThat((double) out[1 + t * outStride + d])
              .isCloseTo(expected[t * headWidth + d], Offset.offset(tolerance));
        }
      }
      if (first.length == 0) {
        first = out;
      }
      assertThat(out).isEqualTo(first);
    }
  }
}
