package io.octavo.generate;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A generation that goes on as its tokens are asked for: the model runs in {@link #hasNext()} and
 * {@link #next()}, on the thread that calls them. Used by one thread at a time.
 */
public final class Generation implements Iterator<GeneratedToken>, AutoCloseable {
  private final GenerationSteps steps;
  private final Runnable end;
  private @Nullable GeneratedToken ready;
  private boolean closed;

  /**
   * A generation.
   *
   * @param end run once, when it is closed
   */
  Generation(GenerationSteps steps, Runnable end) {
    this.steps = steps;
    this.end = end;
  }

  /**
   * Whether there is another token; computes it.
   *
   * @throws IllegalStateException if the model was closed meanwhile
   */
  @Override
  public boolean hasNext() {
    while (ready == null && !steps.isFinished()) {
      steps.sequence().state().append(steps.pending());
      ready = steps.advance();
    }
    return ready != null;
  }

  @Override
  public GeneratedToken next() {
    if (!hasNext() || ready == null) {
      throw new NoSuchElementException("The generation has ended");
    }
    GeneratedToken token = ready;
    ready = null;
    return token;
  }

  /** The tokens that are left; closing the stream closes this generation. */
  public Stream<GeneratedToken> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                this, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE),
            false)
        .onClose(this::close);
  }

  /**
   * What was generated.
   *
   * @throws IllegalStateException if it has neither ended nor been closed
   */
  public GenerationResult result() {
    return steps.result();
  }

  /** Ends it, if it has not ended: its result is then {@link FinishReason#CANCELLED}. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      ready = null;
      steps.cancel();
      end.run();
    }
  }
}
