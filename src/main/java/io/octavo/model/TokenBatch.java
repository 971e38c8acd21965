package io.octavo.model;

import java.util.List;

/**
 * Sequences of token ids next to each other, without padding.
 *
 * @param ids the ids of all sequences
 * @param starts first token of each sequence, and the number of tokens at the end
 */
public record TokenBatch(int[] ids, int[] starts) {
  /** A batch of those sequences. */
  public static TokenBatch of(List<int[]> sequences) {
    int[] starts = new int[sequences.size() + 1];
    for (int i = 0; i < sequences.size(); i++) {
      starts[i + 1] = starts[i] + sequences.get(i).length;
    }
    int[] ids = new int[starts[sequences.size()]];
    for (int i = 0; i < sequences.size(); i++) {
      System.arraycopy(sequences.get(i), 0, ids, starts[i], sequences.get(i).length);
    }
    return new TokenBatch(ids, starts);
  }

  /** Number of tokens. */
  public int tokens() {
    return ids.length;
  }

  /** Number of sequences. */
  public int sequences() {
    return starts.length - 1;
  }

  /** The position of each token in its sequence. */
  int[] positions() {
    int[] positions = new int[ids.length];
    for (int sequence = 0; sequence < sequences(); sequence++) {
      for (int token = starts[sequence]; token < starts[sequence + 1]; token++) {
        positions[token] = token - starts[sequence];
      }
    }
    return positions;
  }
}
