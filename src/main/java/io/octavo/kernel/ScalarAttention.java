package io.octavo.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The definition of attention. */
public final class ScalarAttention implements AttentionKernel {
  /** Creates the kernel; it has no state. */
  public ScalarAttention() {}

  @Override
  public void attend(
      float[] x,
      int query,
      int key,
      int value,
      int stride,
      int tokens,
      int headWidth,
      float scale,
      float @Nullable [] bias,
      int biasOrigin,
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch) {
    float[] weights = scratch.sums(KEY_BLOCK);
    float[] mixed = scratch.wide(headWidth);
    for (int token = 0; token < tokens; token++) {
      int target = outOffset + token * outStride;
      Arrays.fill(out, target, target + headWidth, 0f);
      ExtendedSum total = ExtendedSum.EMPTY;
      for (int from = 0; from < tokens; from += KEY_BLOCK) {
        int keys = Math.min(KEY_BLOCK, tokens - from);
        for (int j = 0; j < keys; j++) {
          float score = 0f;
          for (int d = 0; d < headWidth; d++) {
            score =
                Math.fma(x[query + token * stride + d], x[key + (from + j) * stride + d], score);
          }
          weights[j] = score * scale;
        }
        if (bias != null) {
          for (int j = 0; j < keys; j++) {
            weights[j] += bias[biasOrigin + from + j - token];
          }
        }
        float exponent = exponentiate(weights, keys);
        ExtendedSum block = new ExtendedSum(sum(weights, keys), exponent);
        Arrays.fill(mixed, 0, headWidth, 0f);
        for (int j = 0; j < keys; j++) {
          for (int d = 0; d < headWidth; d++) {
            mixed[d] = Math.fma(weights[j], x[value + (from + j) * stride + d], mixed[d]);
          }
        }
        ExtendedSum merged = total.add(block);
        float oldFactor = total.scaleTo(merged.exponent());
        float newFactor = block.scaleTo(merged.exponent());
        for (int d = 0; d < headWidth; d++) {
          out[target + d] = Math.fma(mixed[d], newFactor, out[target + d] * oldFactor);
        }
        total = merged;
      }
      float inverse = 1f / total.mantissa();
      for (int d = 0; d < headWidth; d++) {
        out[target + d] *= inverse;
      }
    }
  }

  /** Replaces scores by weights relative to the largest exponent, which it returns. */
  private static float exponentiate(float[] scores, int keys) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < keys; j++) {
      largest = Math.max(largest, ExtendedExp.exponent(scores[j]));
    }
    for (int j = 0; j < keys; j++) {
      float exponent = ExtendedExp.exponent(scores[j]);
      scores[j] =
          ExtendedExp.mantissa(scores[j], exponent) * ExtendedExp.powerOfTwo(exponent - largest);
    }
    return largest;
  }

  private static float sum(float[] weights, int keys) {
    float[] lanes = new float[SumTree.LANES];
    for (int j = 0; j < keys; j++) {
      lanes[j % SumTree.LANES] += weights[j];
    }
    return SumTree.add(lanes);
  }
}
