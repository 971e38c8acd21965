package io.octavo.kernel;

import java.util.Arrays;

/**
 * Attention over a cache made of parts. Scores of keys that a row does not see are replaced by a
 * number so low that their weights are exactly 0.
 */
public final class BlockedCachedAttention implements CachedAttentionKernel {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int KEY_BLOCK = AttentionKernel.KEY_BLOCK;

  /** As low as {@link ExtendedExp#exponent} allows; far below any score. */
  private static final float UNSEEN = -0x1p21f;

  private final AttentionParts parts;
  private final ActivationKernel activation;

  /**
   * Attention made of {@code parts}.
   *
   * @param activation computes the hyperbolic tangent of scores with a cap
   */
  public BlockedCachedAttention(AttentionParts parts, ActivationKernel activation) {
    this.parts = parts;
    this.activation = activation;
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
    float[] scores = scratch.sums(MAX_ROWS * WIDTH);
    int depth = depth(rows, first, count, from);
    parts.tile().multiply(x, query, stride, count, block, keys, headWidth, depth, scores, 0, WIDTH);
    boolean adjusted = form.cap() > 0f || rows.sloped() || hides(rows, first, count, from, form);
    for (int r = 0; adjusted && r < count; r++) {
      int position = rows.position(first + r);
      scale(scores, r * WIDTH, depth, form);
      addSlope(scores, r * WIDTH, depth, rows.slope(first + r), from - position);
      int begin = Math.max(0, form.firstKey(position) - from);
      Arrays.fill(scores, r * WIDTH, r * WIDTH + begin, UNSEEN);
      int end = Math.min(depth, position + 1 - from);
      Arrays.fill(scores, r * WIDTH + end, r * WIDTH + depth, UNSEEN);
    }
    parts.accumulate(
        scores,
        count,
        depth,
        adjusted ? 1f : form.scale(),
        rows.sums(),
        first,
        block,
        values,
        headWidth,
        out,
        outOffset,
        outStride,
        scratch);
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
    parts.values().divide(rows.sums(), first, count, headWidth, out, outOffset, outStride);
  }

  /** How many keys of the block some row sees. */
  private static int depth(AttentionRows rows, int first, int count, int from) {
    int last = 0;
    for (int r = first; r < first + count; r++) {
      last = Math.max(last, rows.position(r));
    }
    return Math.min(KEY_BLOCK, last + 1 - from);
  }

  /** Whether some row does not see all keys that another sees. */
  private static boolean hides(
      AttentionRows rows, int first, int count, int from, AttentionForm form) {
    int last = from + depth(rows, first, count, from) - 1;
    for (int r = first; r < first + count; r++) {
      int position = rows.position(r);
      if (form.firstKey(position) > from || position < last) {
        return true;
      }
    }
    return false;
  }

  private void scale(float[] scores, int offset, int keys, AttentionForm form) {
    float factor = form.scale();
    float cap = form.cap();
    for (int i = offset; i < offset + keys; i++) {
      scores[i] *= factor;
    }
    if (cap > 0f) {
      for (int i = offset; i < offset + keys; i++) {
        scores[i] /= cap;
      }
      activation.apply(Activation.TANH, scores, offset, keys);
      for (int i = offset; i < offset + keys; i++) {
        scores[i] *= cap;
      }
    }
  }

  private static void addSlope(
      float[] scores, int offset, int keys, float slope, int firstDistance) {
    for (int j = 0; slope != 0f && j < keys; j++) {
      scores[offset + j] += slope * (firstDistance + j);
    }
  }
}
