package io.octavo.generate;

import java.util.function.Consumer;

/**
 * A sequence that several generations share one after the other, as the turns of a conversation do:
 * each is given the whole prompt, and what the sequence holds of it already is not computed again.
 * Its results are those of a new sequence. Used by one thread at a time.
 */
public final class GenerationSession implements AutoCloseable {
  private final Generator generator;
  private final HeldSequence sequence;
  private boolean busy;
  private boolean closed;

  GenerationSession(Generator generator, HeldSequence sequence) {
    this.generator = generator;
    this.sequence = sequence;
  }

  /**
   * Begins a generation, which has to be closed before the next one.
   *
   * @param prompt the whole text before, what was generated earlier included
   * @throws io.octavo.error.InvalidInputException if there is no token, more than the context has
   *     room for, or an id is no token's
   * @throws IllegalStateException if another generation is not closed, or this session is
   */
  public Generation start(int[] prompt, GenerationOptions options) {
    if (closed) {
      throw new IllegalStateException("The session is closed");
    }
    if (busy) {
      throw new IllegalStateException("The session's generation before this one is not closed yet");
    }
    GenerationSteps steps = generator.steps(sequence, prompt, options);
    busy = true;
    return new Generation(steps, () -> busy = false);
  }

  /**
   * Generates until the end; as {@link #start} otherwise.
   *
   * @param listener told of each token, on this thread
   */
  public GenerationResult generate(
      int[] prompt, GenerationOptions options, Consumer<? super GeneratedToken> listener) {
    try (Generation generation = start(prompt, options)) {
      generation.forEachRemaining(listener);
      return generation.result();
    }
  }

  /** Releases the sequence; a generation that is not closed cannot go on. */
  @Override
  public void close() {
    closed = true;
    sequence.close();
  }
}
