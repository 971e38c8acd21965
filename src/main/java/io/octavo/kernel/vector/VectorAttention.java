package io.octavo.kernel.vector;

import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.ExtendedSum;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.SumTree;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention with both products on the register tile: per block of keys, the keys transposed and the
 * values copied into panels, then all queries against them.
 *
 * <p>Working memory: weights of a block of queries, the two factors that merge each query's block,
 * and each query's sum so far as (mantissa, exponent), in one array.
 */
public final class VectorAttention implements AttentionKernel {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int LANES = SumTree.LANES;
  private static final int QUERY_BLOCK = 96;
  private static final int OLD_FACTORS = QUERY_BLOCK * WIDTH;
  private static final int NEW_FACTORS = OLD_FACTORS + QUERY_BLOCK;
  private static final int LANE_SUMS = NEW_FACTORS + QUERY_BLOCK;
  private static final int STATE = LANE_SUMS + LANES;

  /** Creates the kernel; it has no state. */
  public VectorAttention() {}

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
      float[] out,
      int outOffset,
      int outStride,
      KernelScratch scratch) {
    int valuePanels = PanelMatrix.panels(headWidth);
    int values = headWidth * WIDTH;
    float[] panel = scratch.panel(values + valuePanels * KEY_BLOCK * WIDTH);
    float[] sums = scratch.sums(QUERY_BLOCK * WIDTH);
    float[] work = scratch.wide(STATE + 2 * tokens);
    Arrays.fill(work, STATE, STATE + tokens, 0f);
    Arrays.fill(work, STATE + tokens, STATE + 2 * tokens, Float.NEGATIVE_INFINITY);
    for (int token = 0; token < tokens; token++) {
      int target = outOffset + token * outStride;
      Arrays.fill(out, target, target + headWidth, 0f);
    }
    for (int from = 0; from < tokens; from += KEY_BLOCK) {
      int keys = Math.min(KEY_BLOCK, tokens - from);
      transposeKeys(x, key + from * stride, stride, keys, headWidth, panel);
      copyValues(x, value + from * stride, stride, keys, headWidth, panel, values);
      for (int first = 0; first < tokens; first += QUERY_BLOCK) {
        int queries = Math.min(QUERY_BLOCK, tokens - first);
        FmaTile.multiply(
            x, query + first * stride, stride, queries, panel, 0, headWidth, WIDTH, sums, 0, WIDTH);
        for (int q = 0; q < queries; q++) {
          float exponent = weigh(sums, q * WIDTH, keys, scale, work, q * WIDTH);
          accumulate(work, q, exponent, STATE + first + q, STATE + tokens + first + q);
        }
        for (int p = 0; p < valuePanels; p++) {
          int width = Math.min(WIDTH, headWidth - p * WIDTH);
          int block = values + p * KEY_BLOCK * WIDTH;
          FmaTile.multiply(work, 0, WIDTH, queries, panel, block, keys, width, sums, 0, WIDTH);
          for (int q = 0; q < queries; q++) {
            int target = outOffset + (first + q) * outStride + p * WIDTH;
            merge(
                sums, q * WIDTH, width, work[OLD_FACTORS + q], work[NEW_FACTORS + q], out, target);
          }
        }
      }
    }
    for (int token = 0; token < tokens; token++) {
      float inverse = 1f / work[STATE + token];
      int target = outOffset + token * outStride;
      for (int d = 0; d < headWidth; d++) {
        out[target + d] *= inverse;
      }
    }
  }

  private static void transposeKeys(
      float[] x, int offset, int stride, int keys, int headWidth, float[] panel) {
    for (int d = 0; d < headWidth; d++) {
      for (int j = 0; j < keys; j++) {
        panel[d * WIDTH + j] = x[offset + j * stride + d];
      }
      Arrays.fill(panel, d * WIDTH + keys, (d + 1) * WIDTH, 0f);
    }
  }

  private static void copyValues(
      float[] x, int offset, int stride, int keys, int headWidth, float[] panel, int target) {
    for (int d = 0; d < headWidth; d += WIDTH) {
      int width = Math.min(WIDTH, headWidth - d);
      for (int j = 0; j < keys; j++) {
        int row = target + (d / WIDTH * KEY_BLOCK + j) * WIDTH;
        System.arraycopy(x, offset + j * stride + d, panel, row, width);
        Arrays.fill(panel, row + width, row + WIDTH, 0f);
      }
    }
  }

  /** Turns scores into weights relative to the largest exponent, which it returns. */
  private static float weigh(
      float[] scores, int offset, int keys, float scale, float[] weights, int target) {
    // A repeated score does not change the maximum; its weight is erased below.
    Arrays.fill(scores, offset + keys, offset + WIDTH, scores[offset]);
    FloatVector most = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int j = 0; j < WIDTH; j += L) {
      FloatVector score = FloatVector.fromArray(F, scores, offset + j).mul(scale);
      most = most.max(score.mul(ExtendedExp.LOG2_E).add(ExtendedExp.ROUND).sub(ExtendedExp.ROUND));
    }
    float largest = most.reduceLanes(VectorOperators.MAX);
    for (int j = 0; j < WIDTH; j += L) {
      FloatVector score = FloatVector.fromArray(F, scores, offset + j).mul(scale);
      FloatVector exponent =
          score.mul(ExtendedExp.LOG2_E).add(ExtendedExp.ROUND).sub(ExtendedExp.ROUND);
      FloatVector t =
          exponent.fma(
              FloatVector.broadcast(F, ExtendedExp.MINUS_LN2_LOW),
              exponent.fma(FloatVector.broadcast(F, ExtendedExp.MINUS_LN2_HIGH), score));
      FloatVector mantissa =
          t.fma(FloatVector.broadcast(F, ExtendedExp.C5), FloatVector.broadcast(F, ExtendedExp.C4));
      mantissa = mantissa.fma(t, FloatVector.broadcast(F, ExtendedExp.C3));
      mantissa = mantissa.fma(t, FloatVector.broadcast(F, ExtendedExp.C2));
      mantissa = mantissa.fma(t, FloatVector.broadcast(F, ExtendedExp.C1));
      mantissa = mantissa.fma(t, FloatVector.broadcast(F, 1f));
      FloatVector power =
          exponent
              .sub(largest)
              .max(ExtendedExp.SMALLEST_EXPONENT)
              .add(ExtendedExp.EXPONENT_BIAS)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .reinterpretAsFloats();
      mantissa.mul(power).intoArray(weights, target + j);
    }
    Arrays.fill(weights, target + keys, target + WIDTH, 0f);
    return largest;
  }

  /** Adds a block's weights to a query's sum, and leaves the factors that merge its values. */
  private static void accumulate(
      float[] work, int q, float blockExponent, int mantissa, int exponent) {
    ExtendedSum total = new ExtendedSum(work[mantissa], work[exponent]);
    ExtendedSum block = new ExtendedSum(sum(work, q * WIDTH), blockExponent);
    ExtendedSum merged = total.add(block);
    work[mantissa] = merged.mantissa();
    work[exponent] = merged.exponent();
    work[OLD_FACTORS + q] = total.scaleTo(merged.exponent());
    work[NEW_FACTORS + q] = block.scaleTo(merged.exponent());
  }

  /** The sum of a query's weights in 16 lanes, then as a tree. */
  private static float sum(float[] work, int weights) {
    for (int lane = 0; lane < LANES; lane += L) {
      int first = weights + lane;
      FloatVector.fromArray(F, work, first)
          .add(FloatVector.fromArray(F, work, first + LANES))
          .add(FloatVector.fromArray(F, work, first + 2 * LANES))
          .add(FloatVector.fromArray(F, work, first + 3 * LANES))
          .intoArray(work, LANE_SUMS + lane);
    }
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        work[LANE_SUMS + lane] += work[LANE_SUMS + lane + half];
      }
    }
    return work[LANE_SUMS];
  }

  private static void merge(
      float[] sums,
      int offset,
      int width,
      float oldFactor,
      float newFactor,
      float[] out,
      int target) {
    int d = 0;
    for (; d <= width - L; d += L) {
      FloatVector.fromArray(F, sums, offset + d)
          .fma(
              FloatVector.broadcast(F, newFactor),
              FloatVector.fromArray(F, out, target + d).mul(oldFactor))
          .intoArray(out, target + d);
    }
    for (; d < width; d++) {
      out[target + d] = Math.fma(sums[offset + d], newFactor, out[target + d] * oldFactor);
    }
  }
}
