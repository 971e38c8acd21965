package io.octavo.kernel.vector;

import io.octavo.kernel.Activation;
import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.AttentionForm;
import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.AttentionParts;
import io.octavo.kernel.AttentionRows;
import io.octavo.kernel.BlockWeights;
import io.octavo.kernel.CachedAttentionKernel;
import io.octavo.kernel.ExtendedExp;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.SumTree;
import io.octavo.kernel.TileProduct;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention over a cache with both products on the register tile. Scores of keys that a row does
 * not see are replaced by a number so low that their weights are exactly 0.
 */
public final class VectorCachedAttention implements CachedAttentionKernel {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int KEY_BLOCK = AttentionKernel.KEY_BLOCK;
  private static final int EXPONENTS = MAX_ROWS * WIDTH;
  private static final int SUMS = EXPONENTS + MAX_ROWS;
  private static final int WORK = SUMS + MAX_ROWS + SumTree.LANES;

  /** As low as {@link ExtendedExp#exponent} allows; far below any score. */
  private static final float UNSEEN = -0x1p21f;

  private final ActivationKernel activation = new VectorActivation();
  private final TileProduct tile;
  private final BlockWeights weights;

  /** Attention on the Vector API alone. */
  public VectorCachedAttention() {
    this(AttentionWeights.PARTS);
  }

  /** Attention made of {@code parts}. */
  public VectorCachedAttention(AttentionParts parts) {
    this.tile = parts.tile();
    this.weights = parts.weights();
  }

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
    int headWidth = form.headWidth();
    float[] sums = scratch.sums(MAX_ROWS * WIDTH);
    float[] work = scratch.wide(WORK);
    tile.multiply(x, query, stride, count, block, keys, headWidth, WIDTH, sums, 0, WIDTH);
    scale(sums, count, form);
    int depth = 0;
    for (int r = 0; r < count; r++) {
      int position = rows.position(first + r);
      addSlope(sums, r * WIDTH, rows.slope(first + r), from - position);
      int begin = form.firstKey(position) - from;
      if (begin > 0) {
        Arrays.fill(sums, r * WIDTH, r * WIDTH + begin, UNSEEN);
      }
      int end = Math.min(KEY_BLOCK, position + 1 - from);
      Arrays.fill(sums, r * WIDTH + end, (r + 1) * WIDTH, UNSEEN);
      depth = Math.max(depth, end);
    }
    weights.weigh(sums, count, KEY_BLOCK, 1f, work, EXPONENTS, SUMS);
    for (int d = 0; d < headWidth; d += WIDTH) {
      int width = Math.min(WIDTH, headWidth - d);
      int panel = values + d / WIDTH * KEY_BLOCK * WIDTH;
      tile.multiply(work, 0, WIDTH, count, block, panel, depth, width, sums, 0, WIDTH);
      for (int r = 0; r < count; r++) {
        float oldExponent = rows.exponent(first + r);
        float larger = Math.max(oldExponent, work[EXPONENTS + r]);
        AttentionWeights.merge(
            sums,
            r * WIDTH,
            width,
            factor(oldExponent - larger),
            factor(work[EXPONENTS + r] - larger),
            out,
            outOffset + r * outStride + d);
      }
    }
    for (int r = 0; r < count; r++) {
      float oldExponent = rows.exponent(first + r);
      float larger = Math.max(oldExponent, work[EXPONENTS + r]);
      float old = rows.mantissa(first + r) * factor(oldExponent - larger);
      float added = work[SUMS + r] * factor(work[EXPONENTS + r] - larger);
      rows.accumulated(first + r, old + added, larger);
    }
  }

  /** The power of two that merges, and NaN for NaN. */
  private static float factor(float exponent) {
    return Float.isNaN(exponent) ? Float.NaN : ExtendedExp.powerOfTwo(exponent);
  }

  private void scale(float[] scores, int count, AttentionForm form) {
    float factor = form.scale();
    float cap = form.cap();
    int length = count * WIDTH;
    for (int i = 0; i < length; i += L) {
      FloatVector scaled = FloatVector.fromArray(F, scores, i).mul(factor);
      (cap > 0f ? scaled.div(cap) : scaled).intoArray(scores, i);
    }
    if (cap > 0f) {
      activation.apply(Activation.TANH, scores, 0, length);
      for (int i = 0; i < length; i += L) {
        FloatVector.fromArray(F, scores, i).mul(cap).intoArray(scores, i);
      }
    }
  }

  private static void addSlope(float[] scores, int offset, float slope, int firstDistance) {
    for (int j = 0; slope != 0f && j < KEY_BLOCK; j++) {
      scores[offset + j] += slope * (firstDistance + j);
    }
  }
}
