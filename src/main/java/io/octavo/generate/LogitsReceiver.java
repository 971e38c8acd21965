package io.octavo.generate;

/** Takes the logits of one position after the other. */
@FunctionalInterface
public interface LogitsReceiver {
  /**
   * Receives what the model expects behind a token.
   *
   * @param position the token's place in the sequence, from 0; positions come in ascending order
   * @param logits holds them from {@code offset} on, one for each token of the vocabulary; to be
   *     read only, and overwritten afterwards
   * @param offset where they begin
   */
  void receive(int position, float[] logits, int offset);
}
