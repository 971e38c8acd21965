package io.octavo.text;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * SentencePiece's byte-pair encoding: two neighbours become one wherever that is a token, and the
 * token with the highest score goes first.
 */
final class ScoredMerges implements MergeRule {
  private static final int NEVER = -1;

  private final Vocabulary vocabulary;

  /** By token. */
  private final int[] ranks;

  private ScoredMerges(Vocabulary vocabulary, int[] ranks) {
    this.vocabulary = vocabulary;
    this.ranks = ranks;
  }

  /**
   * The merges of a vocabulary.
   *
   * @param scores one per token, none NaN
   * @param made whether a token is made by merging at all
   */
  static ScoredMerges of(Vocabulary vocabulary, float[] scores, boolean[] made) {
    int[] byScore =
        IntStream.range(0, scores.length)
            .filter(id -> made[id])
            .boxed()
            .sorted((a, b) -> Float.compare(scores[b], scores[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] ranks = new int[scores.length];
    Arrays.fill(ranks, NEVER);
    int rank = 0;
    for (int i = 0; i < byScore.length; i++) {
      // Of equal scores the leftmost goes first.
      if (i > 0 && scores[byScore[i]] != scores[byScore[i - 1]]) {
        rank++;
      }
      ranks[byScore[i]] = rank;
    }
    return new ScoredMerges(vocabulary, ranks);
  }

  @Override
  public int rank(int left, int right) {
    int id = vocabulary.joined(left, right);
    return id < 0 ? NEVER : ranks[id];
  }

  @Override
  public int merged(int rank, int left, int right) {
    return vocabulary.joined(left, right);
  }

  @Override
  public boolean standsFor(int rank, int before) {
    return rank == before;
  }
}
