package io.octavo.kernel;

import java.util.Arrays;

/** The definition of attention over a cache. */
public final class ScalarCachedAttention implements CachedAttentionKernel {
  private static final int KEY_BLOCK = AttentionKernel.KEY_BLOCK;
  private static final int WIDTH = PanelMatrix.WIDTH;

  private final ActivationKernel activation = new ScalarActivation();

  /** Creates the kernel; it has no state. */
  public ScalarCachedAttention() {}

  @Override
  public void attend(
      float[] x,
      int query,
      int stride,
      AttentionRows rows,
      int first,
      int count,
      float[] block,
      int keys,
      int values,
      int from,
      AttentionForm form,
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch) {
    float[] weights = scratch.sums(KEY_BLOCK);
    float[] mixed = scratch.wide(form.headWidth());
    for (int r = 0; r < count; r++) {
      int position = rows.position(first + r);
      int begin = Math.max(0, form.firstKey(position) - from);
      int end = Math.min(KEY_BLOCK, position + 1 - from);
      score(x, query + r * stride, block, keys, begin, end, form, weights);
      float slope = rows.slope(first + r);
      for (int j = begin; slope != 0f && j < end; j++) {
        weights[j] += slope * (from + j - position);
      }
      float exponent = exponentiate(weights, begin, end);
      ExtendedSum sum = new ExtendedSum(sum(weights), exponent);
      mix(weights, begin, end, block, values, form.headWidth(), mixed);
      ExtendedSum old = new ExtendedSum(rows.mantissa(first + r), rows.exponent(first + r));
      ExtendedSum merged = old.add(sum);
      float oldFactor = old.scaleTo(merged.exponent());
      float newFactor = sum.scaleTo(merged.exponent());
      int target = outOffset + r * outStride;
      for (int d = 0; d < form.headWidth(); d++) {
        out[target + d] = Math.fma(mixed[d], newFactor, out[target + d] * oldFactor);
      }
      rows.accumulated(first + r, merged.mantissa(), merged.exponent());
    }
  }

  @Override
  public void divide(
      AttentionRows rows,
      int first,
      int count,
      int headWidth,
      float[] out,
      int outOffset,
      int outStride) {
    new ScalarWeightedValues()
        .divide(rows.sums(), first, count, headWidth, out, outOffset, outStride);
  }

  private void score(
      float[] x,
      int query,
      float[] block,
      int keys,
      int begin,
      int end,
      AttentionForm form,
      float[] scores) {
    Arrays.fill(scores, 0, KEY_BLOCK, 0f);
    for (int j = begin; j < end; j++) {
      float score = 0f;
      for (int d = 0; d < form.headWidth(); d++) {
        score = Math.fma(x[query + d], block[keys + d * WIDTH + j], score);
      }
      scores[j] = score * form.scale();
    }
    if (form.cap() > 0f) {
      for (int j = begin; j < end; j++) {
        scores[j] /= form.cap();
      }
      activation.apply(Activation.TANH, scores, begin, end - begin);
      for (int j = begin; j < end; j++) {
        scores[j] *= form.cap();
      }
    }
  }

  /** Replaces scores by weights relative to the largest exponent, which it returns. */
  private static float exponentiate(float[] scores, int begin, int end) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int j = begin; j < end; j++) {
      largest = Math.max(largest, ExtendedExp.exponent(scores[j]));
    }
    for (int j = begin; j < end; j++) {
      float exponent = ExtendedExp.exponent(scores[j]);
      scores[j] =
          ExtendedExp.mantissa(scores[j], exponent) * ExtendedExp.powerOfTwo(exponent - largest);
    }
    return largest;
  }

  private static float sum(float[] weights) {
    float[] lanes = new float[SumTree.LANES];
    for (int j = 0; j < KEY_BLOCK; j++) {
      lanes[j % SumTree.LANES] += weights[j];
    }
    return SumTree.add(lanes);
  }

  private static void mix(
      float[] weights,
      int begin,
      int end,
      float[] block,
      int values,
      int headWidth,
      float[] mixed) {
    Arrays.fill(mixed, 0, headWidth, 0f);
    for (int j = begin; j < end; j++) {
      for (int d = 0; d < headWidth; d++) {
        int at = values + (d / WIDTH * KEY_BLOCK + j) * WIDTH + d % WIDTH;
        mixed[d] = Math.fma(weights[j], block[at], mixed[d]);
      }
    }
  }
}
