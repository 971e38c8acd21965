package io.octavo.layer;

import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.Kernels;
import io.octavo.kernel.PanelMatrix;

/**
 * Multi-head self-attention between its projections, every token of a sequence seeing every other:
 * {@code softmax(Q K' / sqrt(headWidth)) V} per head. The softmax is the two-pass one, blocked over
 * the keys.
 */
public final class SelfAttention {
  private final int heads;
  private final int width;
  private final AttentionKernel kernel = Kernels.attention();

  /**
   * Attention of {@code heads} heads that share {@code width} features evenly.
   *
   * @param heads number of heads; divides the width
   * @param width features of a token; a head has at most 512
   */
  public SelfAttention(int heads, int width) {
    if (heads < 1 || width % heads != 0 || width / heads > PanelMatrix.BLOCK) {
      throw new IllegalArgumentException(heads + " heads of a width of " + width);
    }
    this.heads = heads;
    this.width = width;
  }

  /**
   * Attends.
   *
   * @param projected {@code [tokens, 3 * width]}: queries, keys and values of each token
   * @param starts first token of each sequence, and the number of tokens at the end
   * @param out receives {@code [tokens, width]}
   * @param workspace working memory and team
   */
  public void forward(float[] projected, int[] starts, float[] out, Workspace workspace) {
    int headWidth = width / heads;
    int stride = 3 * width;
    float scale = (float) (1 / Math.sqrt(headWidth));
    int sequences = starts.length - 1;
    workspace
        .team()
        .run(
            sequences * heads,
            (task, worker) -> {
              int sequence = task / heads;
              int head = task % heads * headWidth;
              int first = starts[sequence] * stride + head;
              kernel.attend(
                  projected,
                  first,
                  first + width,
                  first + 2 * width,
                  stride,
                  starts[sequence + 1] - starts[sequence],
                  headWidth,
                  scale,
                  out,
                  starts[sequence] * width + head,
                  width,
                  workspace.scratch(worker));
            });
  }
}
