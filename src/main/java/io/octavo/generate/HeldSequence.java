package io.octavo.generate;

import java.util.Arrays;

/** A model's sequence and the tokens it holds, to know what of a prompt it has computed already. */
final class HeldSequence implements AutoCloseable {
  private final TokenSequenceState state;
  private int[] tokens = new int[0];
  private int length;

  HeldSequence(TokenSequenceState state) {
    this.state = state;
  }

  TokenSequenceState state() {
    return state;
  }

  /**
   * Goes back to what it has in common with a prompt, except the prompt's last token, whose logits
   * are needed.
   *
   * @return how many of the prompt's tokens it holds
   */
  int rewindTo(int[] prompt) {
    int mismatch = Arrays.mismatch(tokens, 0, length, prompt, 0, prompt.length - 1);
    int common = mismatch < 0 ? length : mismatch;
    state.rewind(common);
    length = common;
    return common;
  }

  /** Notes what was appended to its state. */
  void appended(int[] more) {
    if (length + more.length > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(length + more.length, 2 * length));
    }
    System.arraycopy(more, 0, tokens, length, more.length);
    length += more.length;
  }

  @Override
  public void close() {
    state.close();
  }
}
