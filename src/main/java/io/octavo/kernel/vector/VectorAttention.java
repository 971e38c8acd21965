package io.octavo.kernel.vector;

import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.AttentionParts;
import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.ExtendedSum;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.SumTree;
import io.octavo.kernel.TileProduct;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Attention with both products on the register tile: per block of keys, the keys transposed and the
 * values copied into panels, then all queries against them.
 *
 * <p>Working memory, in one array: weights of a block of queries; the two factors that merge each
 * query's block, its exponent and its sum; each query's sum so far as (mantissa, exponent), with
 * room for a whole vector behind the last.
 */
public final class VectorAttention implements AttentionKernel {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int LANES = SumTree.LANES;
  private static final int QUERY_BLOCK = 96;
  private static final int OLD_FACTORS = QUERY_BLOCK * WIDTH;
  private static final int NEW_FACTORS = OLD_FACTORS + QUERY_BLOCK;
  private static final int BLOCK_EXPONENTS = NEW_FACTORS + QUERY_BLOCK;
  private static final int BLOCK_SUMS = BLOCK_EXPONENTS + QUERY_BLOCK;
  private static final int STATE = BLOCK_SUMS + QUERY_BLOCK + LANES;

  private final TileProduct tile;
  private final BlockWeights weights;

  /** Attention on the Vector API alone. */
  public VectorAttention() {
    this(AttentionWeights.PARTS);
  }

  /** Attention made of {@code parts}. */
  public VectorAttention(AttentionParts parts) {
    this.tile = parts.tile();
    this.weights = parts.weights();
  }

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
    int valuePanels = PanelMatrix.panels(headWidth);
    int values = headWidth * WIDTH;
    float[] panel = scratch.panel(values + valuePanels * KEY_BLOCK * WIDTH);
    float[] sums = scratch.sums(QUERY_BLOCK * WIDTH);
    int padded = tokens + LANES;
    float[] work = scratch.wide(STATE + 2 * padded);
    Arrays.fill(work, STATE, STATE + padded, 0f);
    Arrays.fill(work, STATE + padded, STATE + 2 * padded, Float.NEGATIVE_INFINITY);
    // Biased scores are scaled before they are weighed, and a factor of 1 changes nothing.
    float remaining = bias == null ? scale : 1f;
    for (int from = 0; from < tokens; from += KEY_BLOCK) {
      int keys = Math.min(KEY_BLOCK, tokens - from);
      transposeKeys(x, key + from * stride, stride, keys, headWidth, panel);
      copyValues(x, value + from * stride, stride, keys, headWidth, panel, values);
      for (int first = 0; first < tokens; first += QUERY_BLOCK) {
        int queries = Math.min(QUERY_BLOCK, tokens - first);
        tile.multiply(
            x, query + first * stride, stride, queries, panel, 0, headWidth, WIDTH, sums, 0, WIDTH);
        if (bias != null) {
          scaleAndBias(sums, queries, keys, scale, bias, biasOrigin + from - first);
        }
        weights.weigh(sums, queries, keys, remaining, work, BLOCK_EXPONENTS, BLOCK_SUMS);
        accumulate(work, queries, STATE + first, STATE + padded + first);
        for (int p = 0; p < valuePanels; p++) {
          int width = Math.min(WIDTH, headWidth - p * WIDTH);
          int block = values + p * KEY_BLOCK * WIDTH;
          tile.multiply(work, 0, WIDTH, queries, panel, block, keys, width, sums, 0, WIDTH);
          for (int q = 0; q < queries; q++) {
            int target = outOffset + (first + q) * outStride + p * WIDTH;
            if (from == 0) {
              begin(sums, q * WIDTH, width, work[NEW_FACTORS + q], out, target);
            } else {
              float oldFactor = work[OLD_FACTORS + q];
              AttentionWeights.merge(
                  sums, q * WIDTH, width, oldFactor, work[NEW_FACTORS + q], out, target);
            }
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

  /**
   * Scales the scores and adds their biases; the first query's first key has that at the origin.
   */
  private static void scaleAndBias(
      float[] scores, int queries, int keys, float scale, float[] bias, int origin) {
    for (int q = 0; q < queries; q++) {
      int offset = q * WIDTH;
      int j = 0;
      for (; j <= keys - L; j += L) {
        FloatVector.fromArray(F, scores, offset + j)
            .mul(scale)
            .add(FloatVector.fromArray(F, bias, origin - q + j))
            .intoArray(scores, offset + j);
      }
      for (; j < keys; j++) {
        scores[offset + j] = scores[offset + j] * scale + bias[origin - q + j];
      }
    }
  }

  /**
   * Adds the block's sums to the queries' and leaves the factors that merge its values, as {@link
   * ExtendedSum#add} and {@link ExtendedSum#scaleTo} do.
   */
  private static void accumulate(float[] work, int queries, int mantissas, int exponents) {
    for (int q = 0; q < queries; q += L) {
      FloatVector oldExponent = FloatVector.fromArray(F, work, exponents + q);
      FloatVector newExponent = FloatVector.fromArray(F, work, BLOCK_EXPONENTS + q);
      FloatVector larger = oldExponent.max(newExponent);
      // Powers of two as in ExtendedExp, and what is added makes NaN of NaN.
      FloatVector oldPower = oldExponent.sub(larger).max(ExtendedExp.SMALLEST_EXPONENT);
      FloatVector oldFactor =
          oldPower
              .add(ExtendedExp.EXPONENT_BIAS)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .reinterpretAsFloats()
              .add(oldPower.mul(0f));
      FloatVector newPower = newExponent.sub(larger).max(ExtendedExp.SMALLEST_EXPONENT);
      FloatVector newFactor =
          newPower
              .add(ExtendedExp.EXPONENT_BIAS)
              .reinterpretAsInts()
              .lanewise(VectorOperators.LSHL, 23)
              .reinterpretAsFloats()
              .add(newPower.mul(0f));
      FloatVector.fromArray(F, work, mantissas + q)
          .mul(oldFactor)
          .add(FloatVector.fromArray(F, work, BLOCK_SUMS + q).mul(newFactor))
          .intoArray(work, mantissas + q);
      larger.intoArray(work, exponents + q);
      oldFactor.intoArray(work, OLD_FACTORS + q);
      newFactor.intoArray(work, NEW_FACTORS + q);
    }
  }

  /** As {@link AttentionWeights#merge} where nothing came before. */
  private static void begin(
      float[] sums, int offset, int width, float factor, float[] out, int target) {
    int d = 0;
    for (; d <= width - L; d += L) {
      FloatVector.fromArray(F, sums, offset + d)
          .fma(FloatVector.broadcast(F, factor), FloatVector.zero(F))
          .intoArray(out, target + d);
    }
    for (; d < width; d++) {
      out[target + d] = Math.fma(sums[offset + d], factor, 0f);
    }
  }
}
