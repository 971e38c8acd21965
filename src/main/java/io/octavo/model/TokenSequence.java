package io.octavo.model;

/**
 * The tokens of one sequence.
 *
 * @param ids their ids
 * @param types their segment ids, as many; all 0 for a single text
 */
public record TokenSequence(int[] ids, int[] types) {
  /** Refuses arrays of different lengths. */
  public TokenSequence {
    if (ids.length != types.length) {
      throw new IllegalArgumentException(
          ids.length + " token ids with " + types.length + " segment ids");
    }
  }

  /** A single text. */
  public static TokenSequence of(int[] ids) {
    return new TokenSequence(ids, new int[ids.length]);
  }

  /** Number of tokens. */
  public int length() {
    return ids.length;
  }
}
