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
    for (boolean biased : new boolean[] {false, true}) {
      agreesWithDoubleAndToTheBitWithItself(biased, random);
    }
  }

  private static void agreesWithDoubleAndToTheBitWithItself(boolean biased, Random random) {
    int[] lengths = {1, 2, 5, 63, 64, 65, 97, 128, 129, 200};
    int[] widths = {1, 8, 16, 32, 48, 64, 80, 128, 130};
    for (int tokens : lengths) {
      int headWidth = widths[random.nextInt(widths.length)];
      check(tokens, headWidth, 1f, biased, random);
    }
    for (int headWidth : widths) {
      check(1 + random.nextInt(140), headWidth, 1f, biased, random);
    }
    check(150, 32, 60f, biased, random);
  }

  @Test
  void aBiasOfZerosChangesNothing() {
    Random random = new Random(8);
    for (int tokens : new int[] {1, 63, 64, 100, 131}) {
      float[] x = gaussian(tokens * 24, 1f, random);
      float[] bias = new float[2 * tokens - 1];
      for (AttentionKernel kernel : kernels()) {
        float[] without = new float[tokens * 8];
        float[] with = new float[tokens * 8];
        KernelScratch scratch = new KernelScratch();
        kernel.attend(x, 0, 8, 16, 24, tokens, 8, 0.4f, without, 0, 8, scratch);
        kernel.attend(x, 0, 8, 16, 24, tokens, 8, 0.4f, bias, tokens - 1, with, 0, 8, scratch);
        assertThat(with).isEqualTo(without);
      }
    }
  }

  @Test
  void aLargeBiasPicksTheKeyAtItsDistance() {
    Random random = new Random(9);
    int tokens = 90;
    float[] x = gaussian(tokens * 24, 1f, random);
    for (int distance : new int[] {-70, -1, 0, 3, 66}) {
      float[] bias = new float[2 * tokens + 5];
      bias[tokens + distance] = 1e4f;
      for (AttentionKernel kernel : kernels()) {
        float[] out = new float[tokens * 8];
        kernel.attend(
            x, 0, 8, 16, 24, tokens, 8, 0.4f, bias, tokens, out, 0, 8, new KernelScratch());
        for (int t = Math.max(0, -distance); t < Math.min(tokens, tokens - distance); t++) {
          for (int d = 0; d < 8; d++) {
            assertThat(out[t * 8 + d])
                .isCloseTo(x[(t + distance) * 24 + 16 + d], Offset.offset(1e-5f));
          }
        }
      }
    }
  }

  private static float[] gaussian(int length, float magnitude, Random random) {
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = (float) random.nextGaussian() * magnitude;
    }
    return x;
  }

  private static void check(
      int tokens, int headWidth, float magnitude, boolean biased, Random random) {
    int stride = 3 * headWidth + 5;
    float[] x = gaussian(tokens * stride + 2, magnitude, random);
    // Exactly as long as distances need it, or longer.
    int before = random.nextInt(3);
    int origin = before + tokens - 1;
    float[] bias =
        biased ? gaussian(origin + tokens + random.nextInt(3), 3 * magnitude, random) : null;
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
        if (bias != null) {
          scores[j] += bias[origin + j - t];
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
          bias,
          origin,
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
