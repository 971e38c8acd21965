package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.testing.KernelSet;
import io.octavo.testing.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Attention over a cache against a softmax in double, and its implementations to the bit. */
@Tag("core")
class CachedAttentionTest {
  private static final int KEY_BLOCK = AttentionKernel.KEY_BLOCK;
  private static final int WIDTH = PanelMatrix.WIDTH;

  @Test
  void agreesWithDoubleAndToTheBitWithItself() {
    Random random = new Random(3);
    int[] widths = {1, 8, 16, 32, 48, 64, 80, 128, 130};
    for (int headWidth : widths) {
      for (int count : new int[] {1, 2, 5, 17, 64}) {
        float cap = random.nextBoolean() ? 0f : 3f;
        int window = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(90);
        float slope = random.nextBoolean() ? 0f : 0.3f;
        AttentionForm form = new AttentionForm(headWidth, 0.4f, cap, window);
        check(form, random.nextInt(150), count, slope, random);
      }
    }
  }

  private static void check(
      AttentionForm form, int position, int count, float slope, Random random) {
    int headWidth = form.headWidth();
    int tokens = position + count;
    float[] queries = Rows.normal(random, count * (headWidth + 3), 1);
    float[] keys = Rows.normal(random, tokens * headWidth, 1);
    float[] values = Rows.normal(random, tokens * headWidth, 1);
    List<float[]> results = new ArrayList<>();
    for (KernelSet kernels : KernelSet.available()) {
      results.add(
          run(kernels.cachedAttention(), form, position, count, slope, queries, keys, values));
    }
    for (float[] result : results) {
      assertThat(result).isEqualTo(results.getFirst());
    }
    for (int row = 0; row < count; row++) {
      double[] expected = expected(form, position + row, row, slope, queries, keys, values);
      for (int d = 0; d < headWidth; d++) {
        assertThat((double) results.getFirst()[row * headWidth + d])
            .isCloseTo(expected[d], Offset.offset(2e-6 * 4));
      }
    }
  }

  private static float[] run(
      CachedAttentionKernel kernel,
      AttentionForm form,
      int position,
      int count,
      float slope,
      float[] queries,
      float[] keys,
      float[] values) {
    int headWidth = form.headWidth();
    int tokens = position + count;
    AttentionRows rows = new AttentionRows();
    rows.begin(count);
    for (int row = 0; row < count; row++) {
      rows.place(row, position + row, slope);
    }
    float[] out = new float[count * headWidth];
    KernelScratch scratch = new KernelScratch();
    int keyNumbers = headWidth * KEY_BLOCK;
    for (int from = 0; from < tokens; from += KEY_BLOCK) {
      float[] block = new float[7 + keyNumbers + PanelMatrix.panels(headWidth) * KEY_BLOCK * WIDTH];
      for (int j = 0; j < Math.min(KEY_BLOCK, tokens - from); j++) {
        for (int d = 0; d < headWidth; d++) {
          block[7 + d * KEY_BLOCK + j] = keys[(from + j) * headWidth + d];
          int at = (d / WIDTH * KEY_BLOCK + j) * WIDTH + d % WIDTH;
          block[7 + keyNumbers + at] = values[(from + j) * headWidth + d];
        }
      }
      int first = Math.max(0, from - position);
      int last = count;
      while (last > first && form.firstKey(position + last - 1) >= from + KEY_BLOCK) {
        last--;
      }
      if (first < last) {
        kernel.attend(
            queries,
            first * (headWidth + 3),
            headWidth + 3,
            rows,
            first,
            last - first,
            block,
            7,
            7 + keyNumbers,
            from,
            form,
            out,
            first * headWidth,
            headWidth,
            scratch);
      }
    }
    for (int i = 0; i < out.length; i++) {
      out[i] /= rows.mantissa(i / headWidth);
    }
    return out;
  }

  private static double[] expected(
      AttentionForm form,
      int position,
      int row,
      float slope,
      float[] queries,
      float[] keys,
      float[] values) {
    int headWidth = form.headWidth();
    double[] out = new double[headWidth];
    double sum = 0;
    for (int j = 0; j <= position; j++) {
      if (j <= position - (long) form.window()) {
        continue;
      }
      double score = 0;
      for (int d = 0; d < headWidth; d++) {
        score += (double) queries[row * (headWidth + 3) + d] * keys[j * headWidth + d];
      }
      score *= form.scale();
      score = form.cap() > 0 ? form.cap() * Math.tanh(score / form.cap()) : score;
      double weight = Math.exp(score + slope * (double) (j - position) - 20);
      sum += weight;
      for (int d = 0; d < headWidth; d++) {
        out[d] += weight * values[j * headWidth + d];
      }
    }
    for (int d = 0; d < headWidth; d++) {
      out[d] /= sum;
    }
    return out;
  }
}
