package io.octavo.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Generates text by a model: one token after the other, each chosen by the logits behind those
 * before it. Safe for any number of threads.
 *
 * <p>What is generated depends on the prompt and the options alone, not on what it runs together
 * with, nor on what a session held before.
 */
public final class Generator {
  private final TokenModel model;
  private final EndTokens ends;
  private final TokenText.Source texts;

  /**
   * A generator.
   *
   * @param endTokens the tokens by which the model ends texts
   * @param texts makes text of tokens
   * @throws io.octavo.error.InvalidInputException if an end token is none of the model's
   */
  public Generator(TokenModel model, Set<Integer> endTokens, TokenText.Source texts) {
    this.model = model;
    this.ends = EndTokens.ofModel(endTokens, model.vocabularySize());
    this.texts = texts;
  }

  /** Told of each token that one of several generations chose. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A token was generated.
     *
     * @param request index of the generation
     */
    void token(int request, GeneratedToken token);
  }

  /** A session for several generations one after the other. */
  public GenerationSession open() {
    return new GenerationSession(this, new HeldSequence(model.open()));
  }

  /**
   * Begins a generation whose tokens are asked for one by one, and which has to be closed.
   *
   * @param prompt token ids
   * @throws io.octavo.error.InvalidInputException if there is no token, more than the context has
   *     room for, or an id is no token's
   */
  public Generation start(int[] prompt, GenerationOptions options) {
    HeldSequence sequence = new HeldSequence(model.open());
    try {
      return new Generation(steps(sequence, prompt, options), sequence::close);
    } catch (RuntimeException | Error failure) {
      sequence.close();
      throw failure;
    }
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

  /**
   * Runs several generations together, which takes less time than one after the other. Each one's
   * result is that of {@link #generate}, its times aside, which are those of all.
   *
   * @param listener told of each token, on this thread
   * @return the results, in the requests' order
   * @throws io.octavo.error.InvalidInputException as {@link #start}
   */
  public List<GenerationResult> generateAll(List<GenerationRequest> requests, Listener listener) {
    List<HeldSequence> sequences = new ArrayList<>();
    try {
      List<GenerationSteps> all = new ArrayList<>();
      for (GenerationRequest request : requests) {
        HeldSequence sequence = new HeldSequence(model.open());
        sequences.add(sequence);
        all.add(steps(sequence, request.prompt(), request.options()));
      }
      boolean[] live = new boolean[all.size()];
      Arrays.fill(live, true);
      while (advance(all, live, listener)) {}
      return all.stream().map(GenerationSteps::result).toList();
    } finally {
      sequences.forEach(HeldSequence::close);
    }
  }

  /** A pass with all that have not ended; false if there are none. */
  private boolean advance(List<GenerationSteps> all, boolean[] live, Listener listener) {
    List<TokenSequenceState> states = new ArrayList<>();
    List<int[]> tokens = new ArrayList<>();
    for (int i = 0; i < live.length; i++) {
      GenerationSteps steps = all.get(i);
      live[i] &= !steps.isFinished();
      if (live[i]) {
        states.add(steps.sequence().state());
        tokens.add(steps.pending());
      }
    }
    if (states.isEmpty()) {
      return false;
    }
    model.appendAll(states, tokens);
    for (int i = 0; i < live.length; i++) {
      if (live[i]) {
        @Nullable GeneratedToken token = all.get(i).advance();
        if (token != null) {
          listener.token(i, token);
        }
      }
    }
    return true;
  }

  GenerationSteps steps(HeldSequence sequence, int[] prompt, GenerationOptions options) {
    return new GenerationSteps(model, sequence, prompt, options, ends, texts);
  }
}
