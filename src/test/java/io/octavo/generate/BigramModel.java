package io.octavo.generate;

import io.octavo.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model that expects, behind a token, what a table says of that token. It knows what it was
 * asked, and how many of its sequences are open.
 */
final class BigramModel implements TokenModel {
  private final int contextLength;
  private final float[][] logits;
  private final List<Integer> appended = new ArrayList<>();
  private int passes;
  private int open;

  /**
   * A model.
   *
   * @param logits by the token before and the token to come
   */
  BigramModel(int contextLength, float[]... logits) {
    this.contextLength = contextLength;
    this.logits = logits;
  }

  /** One that continues each token with the next higher one, and the last with the first. */
  static BigramModel counting(int vocabularySize, int contextLength) {
    float[][] logits = new float[vocabularySize][vocabularySize];
    for (int i = 0; i < vocabularySize; i++) {
      logits[i][(i + 1) % vocabularySize] = 5;
    }
    return new BigramModel(contextLength, logits);
  }

  /** A row of logits with these probabilities. */
  static float[] row(double... probabilities) {
    float[] row = new float[probabilities.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (Math.log(probabilities[i]) + 3);
    }
    return row;
  }

  /** How many tokens each call appended. */
  List<Integer> appended() {
    return appended;
  }

  /** How many calls appended to several sequences. */
  int passes() {
    return passes;
  }

  /** Sequences that are not closed. */
  int openSequences() {
    return open;
  }

  @Override
  public int vocabularySize() {
    return logits.length;
  }

  @Override
  public int contextLength() {
    return contextLength;
  }

  @Override
  public TokenSequenceState open() {
    return new Sequence(new int[0]);
  }

  @Override
  public void appendAll(List<? extends TokenSequenceState> sequences, List<int[]> tokens) {
    passes++;
    for (int i = 0; i < sequences.size(); i++) {
      sequences.get(i).append(tokens.get(i));
    }
  }

  private final class Sequence implements TokenSequenceState {
    private int[] tokens;
    private boolean known;
    private boolean closed;

    Sequence(int[] tokens) {
      this.tokens = tokens;
      known = tokens.length > 0;
      open++;
    }

    @Override
    public int length() {
      return tokens.length;
    }

    @Override
    public void append(int[] more) {
      append(more, (position, row, offset) -> {});
    }

    @Override
    public void append(int[] more, LogitsReceiver receiver) {
      if (closed) {
        throw new IllegalStateException("The sequence is closed");
      }
      if (more.length == 0) {
        throw new IllegalArgumentException("No tokens");
      }
      if (tokens.length + more.length > contextLength) {
        throw new InvalidInputException("Beyond the context");
      }
      appended.add(more.length);
      int before = tokens.length;
      tokens = Arrays.copyOf(tokens, before + more.length);
      System.arraycopy(more, 0, tokens, before, more.length);
      known = true;
      float[] shared = new float[logits.length + 2];
      for (int i = 0; i < more.length; i++) {
        System.arraycopy(logits[more[i]], 0, shared, 2, logits.length);
        receiver.receive(before + i, shared, 2);
      }
    }

    @Override
    public float[] logits() {
      if (!known) {
        throw new IllegalStateException("No logits");
      }
      return logits[tokens[tokens.length - 1]];
    }

    @Override
    public void rewind(int length) {
      if (length < 0 || length > tokens.length) {
        throw new IllegalArgumentException("Cannot rewind to " + length);
      }
      tokens = Arrays.copyOf(tokens, length);
      known = false;
    }

    @Override
    public TokenSequenceState fork() {
      return new Sequence(tokens.clone());
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open--;
      }
    }
  }
}
