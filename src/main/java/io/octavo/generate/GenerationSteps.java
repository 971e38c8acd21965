package io.octavo.generate;

import io.octavo.error.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One generation, without the runs of the model: it says which tokens to run next and takes the
 * logits behind them, so that several can share their runs.
 */
final class GenerationSteps {
  /** Tokens of a prompt between two questions whether to end. */
  static final int PROMPT_BLOCK = 512;

  private final TokenModel model;
  private final HeldSequence sequence;
  private final GenerationOptions options;
  private final TokenText text;
  private final EndTokens ends;
  private final int[] prompt;
  private final int maxTokens;
  private final int reused;
  private final SamplingChain chain;
  private final TokenChoice choice;
  private final Candidates candidates;
  private final TokenHistory history;
  private final BestFirst order;
  private final StopStrings stops;
  private final List<GeneratedToken> tokens = new ArrayList<>();
  private final StringBuilder written = new StringBuilder();
  private final long started = System.nanoTime();
  private long prompted;
  private long ended;
  private int[] pending = {};
  private int promptTokens;
  private @Nullable FinishReason finished;

  /**
   * The generation that begins with a prompt.
   *
   * @throws io.octavo.error.InvalidInputException if the prompt is empty, too long or names what is
   *     no token, or an option does
   */
  GenerationSteps(
      TokenModel model,
      HeldSequence sequence,
      int[] prompt,
      GenerationOptions options,
      EndTokens modelEnds,
      TokenText.Source texts) {
    int vocabularySize = model.vocabularySize();
    TokenIds.check("The prompt", prompt, model);
    new LogitBias(options.sampling().logitBias()).check(vocabularySize);
    this.model = model;
    this.sequence = sequence;
    this.options = options;
    this.prompt = prompt.clone();
    maxTokens = maxTokens(prompt, options);
    ends = modelEnds.with(options.stopTokens(), vocabularySize);
    text = texts.after(prompt.clone());
    chain = SamplingChain.of(options.sampling());
    choice = options.sampling().choice();
    candidates = new Candidates(vocabularySize);
    history = new TokenHistory(vocabularySize);
    for (int token : prompt) {
      history.addPrompt(token);
    }
    order = new BestFirst(options.logProbabilities() > 0 ? vocabularySize : 0);
    stops = new StopStrings(options.stopStrings());
    reused = sequence.rewindTo(prompt);
    promptTokens = reused;
    pending = nextBlock();
  }

  private static int maxTokens(int[] prompt, GenerationOptions options) {
    if (prompt.length >= options.maxLength()) {
      throw new InvalidInputException(
          "The prompt has "
              + prompt.length
              + " tokens, and together with what is generated there may be "
              + options.maxLength()
              + "; allow for more by withMaxLength or withMaxTokens");
    }
    return Math.min(options.maxTokens(), options.maxLength() - prompt.length);
  }

  /** The sequence to append {@link #pending()} to. */
  HeldSequence sequence() {
    return sequence;
  }

  /** Whether nothing is left to run; asks whether to end first. */
  boolean isFinished() {
    if (finished == null
        && (options.cancelled().getAsBoolean() || Thread.currentThread().isInterrupted())) {
      finish(FinishReason.CANCELLED);
    }
    return finished != null;
  }

  /** The tokens to append to the sequence before {@link #advance()}. */
  int[] pending() {
    return pending;
  }

  /**
   * Goes on after {@link #pending()} was appended.
   *
   * @return the next token, or null while some of the prompt is left
   */
  @Nullable GeneratedToken advance() {
    sequence.appended(pending);
    if (tokens.isEmpty()) {
      promptTokens += pending.length;
      if (promptTokens < prompt.length) {
        pending = nextBlock();
        return null;
      }
      prompted = System.nanoTime();
    }
    float[] logits = sequence.state().logits();
    candidates.reset(logits);
    chain.apply(candidates, history);
    int id = choice.choose(candidates);
    GeneratedToken token = accept(id, logits);
    tokens.add(token);
    written.append(token.text());
    if (finished == null) {
      history.addGenerated(id);
      pending = new int[] {id};
    }
    return token;
  }

  private GeneratedToken accept(int id, float[] logits) {
    String piece;
    @Nullable FinishReason end = ends.reason(id);
    if (end != null) {
      finish(end);
      piece = rest("");
    } else {
      piece = stops.append(text.append(id));
      if (stops.found()) {
        finish(FinishReason.STOP_STRING);
      } else if (tokens.size() + 1 == maxTokens) {
        finish(FinishReason.MAX_TOKENS);
        piece = rest(piece);
      } else if (sequence.state().length() == model.contextLength()) {
        finish(FinishReason.CONTEXT_FULL);
        piece = rest(piece);
      }
    }
    return new GeneratedToken(
        tokens.size(),
        id,
        piece,
        options.logProbabilities() > 0
            ? LogProbabilities.of(logits, id, options.logProbabilities(), order)
            : null);
  }

  /** A piece and what was held back; a stop string in that still ends the text. */
  private String rest(String piece) {
    String more = stops.append(text.finish());
    if (stops.found()) {
      finished = FinishReason.STOP_STRING;
      return piece + more;
    }
    return piece + more + stops.finish();
  }

  private int[] nextBlock() {
    int end = Math.min(prompt.length, promptTokens + PROMPT_BLOCK);
    return Arrays.copyOfRange(prompt, promptTokens, end);
  }

  private void finish(FinishReason reason) {
    finished = reason;
    ended = System.nanoTime();
  }

  /**
   * What was generated.
   *
   * @throws IllegalStateException if it is not finished
   */
  GenerationResult result() {
    if (finished == null) {
      throw new IllegalStateException("The generation has not ended yet");
    }
    long first = prompted == 0 ? ended : prompted;
    return new GenerationResult(
        written.toString(),
        tokens,
        finished,
        prompt.length,
        reused,
        Duration.ofNanos(first - started),
        Duration.ofNanos(ended - first));
  }

  /** Ends it before its end. */
  void cancel() {
    if (finished == null) {
      finish(FinishReason.CANCELLED);
    }
  }
}
