package io.octavo.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attention made of parts: per block of keys, the keys transposed and the values copied into
 * panels, then all queries against them. What they have so far is added up in memory of this
 * worker's own: rows of heads that lie side by side share cache lines, which two workers would take
 * from each other with every block.
 */
public final class BlockedAttention implements AttentionKernel {
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int QUERY_BLOCK = BlockWeights.MAX_QUERIES;

  private final AttentionParts parts;

  /** Attention made of {@code parts}. */
  public BlockedAttention(AttentionParts parts) {
    this.parts = parts;
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
    int values = headWidth * WIDTH;
    float[] panel = scratch.panel(values + PanelMatrix.panels(headWidth) * KEY_BLOCK * WIDTH);
    float[] scores = scratch.sums(QUERY_BLOCK * WIDTH);
    ExtendedSums sums = scratch.extendedSums();
    sums.begin(tokens);
    float[] attended = scratch.attended(tokens * headWidth);
    Arrays.fill(attended, 0, tokens * headWidth, 0f);
    // Biased scores are scaled before they are weighed, and a factor of 1 changes nothing.
    float remaining = bias == null ? scale : 1f;
    for (int from = 0; from < tokens; from += KEY_BLOCK) {
      int keys = Math.min(KEY_BLOCK, tokens - from);
      transposeKeys(x, key + from * stride, stride, keys, headWidth, panel);
      copyValues(x, value + from * stride, stride, keys, headWidth, panel, values);
      for (int first = 0; first < tokens; first += QUERY_BLOCK) {
        int queries = Math.min(QUERY_BLOCK, tokens - first);
        int begin = query + first * stride;
        parts
            .tile()
            .multiply(x, begin, stride, queries, panel, 0, headWidth, keys, scores, 0, WIDTH);
        if (bias != null) {
          scaleAndBias(scores, queries, keys, scale, bias, biasOrigin + from - first);
        }
        parts.accumulate(
            scores,
            queries,
            keys,
            remaining,
            sums,
            first,
            panel,
            values,
            headWidth,
            attended,
            first * headWidth,
            headWidth,
            scratch);
      }
    }
    parts.values().divide(sums, 0, tokens, headWidth, attended, 0, headWidth);
    for (int token = 0; token < tokens; token++) {
      System.arraycopy(attended, token * headWidth, out, outOffset + token * outStride, headWidth);
    }
  }

  private static void transposeKeys(
      float[] x, int offset, int stride, int keys, int headWidth, float[] panel) {
    // Key by key: the keys lie so far apart that the caches hold few of them at once.
    for (int j = 0; j < keys; j++) {
      int row = offset + j * stride;
      for (int d = 0; d < headWidth; d++) {
        panel[d * WIDTH + j] = x[row + d];
      }
    }
    for (int d = 0; d < headWidth && keys < WIDTH; d++) {
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
      for (int j = 0; j < keys; j++) {
        scores[q * WIDTH + j] = scores[q * WIDTH + j] * scale + bias[origin - q + j];
      }
    }
  }
}
