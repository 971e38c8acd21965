package io.octavo.layer;

import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.Kernels;
import io.octavo.kernel.PanelMatrix;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention between its projections, every token of a sequence seeing every other:
 * {@code softmax(Q K' / sqrt(headWidth) + B) V} per head, where {@code B} is absent or a {@link
 * RelativePositionBias}. The softmax is the two-pass one, blocked over the keys.
 */
public final class SelfAttention {
  private final int heads;
  private final int width;
  private final @Nullable RelativePositionBias bias;
  private final AttentionKernel kernel = Kernels.attention();

  /**
   * Attention of {@code heads} heads that share {@code width} features evenly.
   *
   * @param heads number of heads; divides the width
   * @param width features of a token; a head has at most 512
   */
  public SelfAttention(int heads, int width) {
    this(heads, width, null);
  }

  /**
   * Attention whose scores have a bias by distance.
   *
   * @param heads number of heads; divides the width
   * @param width features of a token; a head has at most 512
   * @param bias the bias, of as many heads; null for none
   */
  public SelfAttention(int heads, int width, @Nullable RelativePositionBias bias) {
    if (heads < 1 || width % heads != 0 || width / heads > PanelMatrix.BLOCK) {
      throw new IllegalArgumentException(heads + " heads of a width of " + width);
    }
    if (bias != null && bias.heads() != heads) {
      throw new IllegalArgumentException(
          heads + " heads, but a bias of " + bias.heads() + " heads");
    }
    this.heads = heads;
    this.width = width;
    this.bias = bias;
  }

  /**
   * Attends.
   *
   * @param projected {@code [tokens, 3 * width]}: queries, keys and values of each token
   * @param starts first token of each sequence, and the number of tokens at the end
   * @param out receives {@code [tokens, width]}
   * @param workspace working memory and team
   * @throws IllegalArgumentException if a sequence is longer than the bias reaches
   */
  public void forward(float[] projected, int[] starts, float[] out, Workspace workspace) {
    int headWidth = width / heads;
    int stride = 3 * width;
    float scale = (float) (1 / Math.sqrt(headWidth));
    int sequences = starts.length - 1;
    if (bias != null) {
      for (int sequence = 0; sequence < sequences; sequence++) {
        bias.requireTokens(starts[sequence + 1] - starts[sequence]);
      }
    }
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
                  bias == null ? null : bias.head(task % heads),
                  bias == null ? 0 : bias.origin(),
                  out,
                  starts[sequence] * width + head,
                  width,
                  workspace.scratch(worker));
            });
  }
}
