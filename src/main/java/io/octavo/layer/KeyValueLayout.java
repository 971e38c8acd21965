package io.octavo.layer;

import io.octavo.kernel.AttentionKernel;
import io.octavo.kernel.PanelMatrix;

/**
 * Where the numbers of a block of keys and values are, as {@link
 * io.octavo.kernel.CachedAttentionKernel} wants them: heads one after the other, each with its keys
 * feature by feature and its values in panels.
 *
 * @param heads heads of keys and values
 * @param headWidth features of a head
 */
record KeyValueLayout(int heads, int headWidth) {
  /** Tokens in a block. */
  static final int TOKENS = AttentionKernel.KEY_BLOCK;

  private static final int WIDTH = PanelMatrix.WIDTH;

  /** Numbers of a head's keys; its values begin behind them. */
  int keys() {
    return headWidth * TOKENS;
  }

  /** Numbers of a head. */
  int head() {
    return keys() + PanelMatrix.panels(headWidth) * TOKENS * WIDTH;
  }

  /** Numbers of a block. */
  int size() {
    return heads * head();
  }

  /** Where a feature of a token's key is. */
  int key(int head, int token, int feature) {
    return head * head() + feature * TOKENS + token;
  }

  /** Where a feature of a token's value is. */
  int value(int head, int token, int feature) {
    return head * head() + keys() + (feature / WIDTH * TOKENS + token) * WIDTH + feature % WIDTH;
  }
}
