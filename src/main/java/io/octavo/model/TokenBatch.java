package io.octavo.model;

import java.util.List;

/**
 * Sequences of token ids next to each other, without padding.
 *
 * @param ids the ids of all sequences
 * @param types their segment ids
 * @param starts first token of each sequence, and the number of tokens at the end
 */
public record TokenBatch(int[] ids, int[] types, int[] starts) {
  /** A batch of those sequences. */
  public static TokenBatch of(List<TokenSequence> sequences) {
    int[] starts = new int[sequences.size() + 1];
    for (int i = 0; i < sequences.size(); i++) {
      starts[i + 1] = starts[i] + sequences.get(i).length();
    }
    int[] ids = new int[starts[sequences.size()]];
    int[] types = new int[ids.length];
    for (int i = 0; i < sequences.size(); i++) {
      TokenSequence sequence = sequences.get(i);
      System.arraycopy(sequence.ids(), 0, ids, starts[i], sequence.length());
      System.arraycopy(sequence.types(), 0, types, starts[i], sequence.length());
    }
    return new TokenBatch(ids, types, starts);
  }

  /** Number of tokens. */
  public int tokens() {
    return ids.length;
  }

  /** Number of sequences. */
  public int sequences() {
    return starts.length - 1;
  }
}
