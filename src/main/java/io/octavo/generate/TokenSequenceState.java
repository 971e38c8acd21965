package io.octavo.generate;

/**
 * A sequence of tokens as a model remembers it: its keys and values, and what it expects next. Used
 * by one thread at a time.
 *
 * <p>What it computes depends on the tokens alone, not on how they were cut into calls, nor on what
 * was rewound.
 */
public interface TokenSequenceState extends AutoCloseable {
  /** Tokens it holds. */
  int length();

  /**
   * Appends tokens. {@link #logits()} are then those behind the last one.
   *
   * @param tokens token ids, at least one
   * @throws io.octavo.error.InvalidInputException if an id is no token's or there are more than the
   *     context has room for; nothing has been appended then
   * @throws IllegalArgumentException if there are none
   * @throws IllegalStateException if this sequence or its model is closed
   */
  void append(int[] tokens);

  /**
   * As {@link #append(int[])}, with the logits of each appended token; they are handed over as they
   * are computed, since all of them at once can be more than a heap has room for.
   *
   * @param receiver called once for each of the tokens, on this thread; must not use this sequence
   */
  void append(int[] tokens, LogitsReceiver receiver);

  /**
   * What the model expects behind the last token, one logit for each token of the vocabulary. The
   * array belongs to the sequence: it may be read until the sequence is used again, and not
   * written.
   *
   * @throws IllegalStateException if there are none: before the first token and after {@link
   *     #rewind(int)}
   */
  float[] logits();

  /**
   * Forgets all tokens but the first ones.
   *
   * @param length how many stay, from 0 to {@link #length()}
   * @throws IllegalArgumentException if {@code length} is out of that range
   */
  void rewind(int length);

  /**
   * A sequence of its own that begins with the same tokens and has the same logits. What both have
   * in common need not be computed, nor stored, twice; closing one leaves the other as it is.
   */
  TokenSequenceState fork();

  /** Releases its memory; once closed, closing it again does nothing. */
  @Override
  void close();
}
