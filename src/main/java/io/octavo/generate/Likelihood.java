package io.octavo.generate;

import io.octavo.error.InvalidInputException;
import io.octavo.softmax.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How likely texts are to a model. Logarithms are natural. */
public final class Likelihood {
  private Likelihood() {}

  /**
   * The log-probability of each token of a text behind those before it.
   *
   * @param tokens at least two
   * @return one less than there are tokens, since the first has none before it
   * @throws InvalidInputException if there are too few or too many tokens, or an id is no token's
   */
  public static double[] logProbabilities(TokenModel model, int[] tokens) {
    TokenIds.check("The text", tokens, model);
    if (tokens.length < 2) {
      throw new InvalidInputException(
          "The text has one token, and nothing before it to score it by");
    }
    double[] scores = new double[tokens.length - 1];
    try (TokenSequenceState sequence = model.open()) {
      sequence.append(
          Arrays.copyOf(tokens, tokens.length - 1),
          (position, logits, offset) ->
              scores[position] = score(model, logits, offset, tokens[position + 1]));
    }
    return scores;
  }

  /**
   * How well the model predicts a text of any length.
   *
   * @throws InvalidInputException if no token can be scored, an id is no token's, or the windows
   *     are longer than the model's context
   */
  public static Perplexity perplexity(TokenModel model, int[] tokens, PerplexityProtocol protocol) {
    if (protocol.window() > model.contextLength()) {
      throw new InvalidInputException(
          "Windows of "
              + protocol.window()
              + " tokens do not fit into the model's context of "
              + model.contextLength());
    }
    for (int id : tokens) {
      TokenIds.check("The text", id, model.vocabularySize());
    }
    int[] first = protocol.firstToken().stream().toArray();
    int length = protocol.window() - first.length;
    double sum = 0;
    int scored = 0;
    int end = 0;
    try (TokenSequenceState sequence = model.open()) {
      for (int begin = 0; end < tokens.length; begin += protocol.stride()) {
        int known = Math.max(end - begin, 1 - first.length);
        end = (int) Math.min(tokens.length, (long) begin + length);
        if (end - begin > known) {
          int[] window = Arrays.copyOf(first, first.length + end - begin);
          System.arraycopy(tokens, begin, window, first.length, end - begin);
          sum -= windowScore(model, sequence, window, first.length + known);
          scored += end - begin - known;
        }
      }
    }
    if (scored == 0) {
      throw new InvalidInputException(
          "The text has " + tokens.length + " tokens, none with another before it to score it by");
    }
    return new Perplexity(sum, scored, tokens.length, protocol);
  }

  /** The log-likelihood of the tokens of a window from {@code known} on. */
  private static double windowScore(
      TokenModel model, TokenSequenceState sequence, int[] window, int known) {
    double[] sum = new double[1];
    sequence.rewind(0);
    if (known > 1) {
      sequence.append(Arrays.copyOf(window, known - 1));
    }
    sequence.append(
        Arrays.copyOfRange(window, known - 1, window.length - 1),
        (position, logits, offset) -> sum[0] += score(model, logits, offset, window[position + 1]));
    return sum[0];
  }

  /**
   * How likely each of several continuations is behind a context, as evaluations by multiple choice
   * ask it. The context is computed once.
   *
   * @param context at least one token
   * @param continuations at least one token each
   * @return the scores, in the continuations' order
   * @throws InvalidInputException if a part has no tokens, both together more than the model's
   *     context, or an id is no token's; nothing is cut off
   */
  public static List<ContinuationScore> continuations(
      TokenModel model, int[] context, List<int[]> continuations) {
    TokenIds.check("The context", context, model);
    for (int[] continuation : continuations) {
      TokenIds.check("A continuation", continuation, model);
      if (continuation.length > model.contextLength() - context.length) {
        throw new InvalidInputException(
            "The context's "
                + context.length
                + " tokens and the continuation's "
                + continuation.length
                + " are more than the model's context of "
                + model.contextLength()
                + "; shorten the context");
      }
    }
    List<ContinuationScore> scores = new ArrayList<>();
    try (TokenSequenceState prefix = model.open()) {
      prefix.append(context);
      for (int[] continuation : continuations) {
        Scorer scorer = new Scorer(model, context.length, continuation);
        scorer.receive(context.length - 1, prefix.logits(), 0);
        if (continuation.length > 1) {
          try (TokenSequenceState sequence = prefix.fork()) {
            sequence.append(Arrays.copyOf(continuation, continuation.length - 1), scorer);
          }
        }
        scores.add(new ContinuationScore(scorer.sum, continuation.length, scorer.greedy));
      }
    }
    return List.copyOf(scores);
  }

  private static double score(TokenModel model, float[] logits, int offset, int token) {
    double score =
        logits[offset + token] - Softmax.logSumExp(logits, offset, model.vocabularySize());
    if (Double.isNaN(score)) {
      throw new InvalidInputException(
          "The model's logits have a NaN or plus infinity, or all are masked: its weights hold NaN"
              + " or infinities, or its activations overflow");
    }
    return score;
  }

  /** Adds up the scores of a continuation's tokens. */
  private static final class Scorer implements LogitsReceiver {
    private final TokenModel model;
    private final int contextLength;
    private final int[] continuation;
    private double sum;
    private boolean greedy = true;

    Scorer(TokenModel model, int contextLength, int[] continuation) {
      this.model = model;
      this.contextLength = contextLength;
      this.continuation = continuation;
    }

    @Override
    public void receive(int position, float[] logits, int offset) {
      int token = continuation[position + 1 - contextLength];
      sum += score(model, logits, offset, token);
      for (int id = 0; id < model.vocabularySize(); id++) {
        float logit = logits[offset + id];
        float own = logits[offset + token];
        greedy &= logit < own || (logit == own && id >= token);
      }
    }
  }
}
