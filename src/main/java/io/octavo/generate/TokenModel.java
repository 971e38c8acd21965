package io.octavo.generate;

import java.util.List;

/**
 * A model that says, of a sequence of tokens, how likely each token is to come next. Safe for any
 * number of threads; each sequence is used by one at a time.
 */
public interface TokenModel {
  /** Bound of the token ids, which is the length of a row of logits. */
  int vocabularySize();

  /** Most tokens that a sequence can hold. */
  int contextLength();

  /**
   * A new, empty sequence.
   *
   * @throws IllegalStateException if the model is closed
   */
  TokenSequenceState open();

  /**
   * Continues several sequences in one pass. Each one's logits are, bit for bit, those of {@link
   * TokenSequenceState#append(int[])}, whatever it shares the pass with.
   *
   * @param sequences different sequences, all opened by this model
   * @param tokens of each, the tokens to append; at least one each
   * @throws io.octavo.error.InvalidInputException as {@link TokenSequenceState#append(int[])};
   *     nothing has been appended to any of them then
   */
  void appendAll(List<? extends TokenSequenceState> sequences, List<int[]> tokens);
}
