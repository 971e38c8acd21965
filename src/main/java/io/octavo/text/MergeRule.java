package io.octavo.text;

/** Which neighbouring tokens become one, and in which order. */
interface MergeRule {
  /** The rank of two tokens' merge, a lower one going first, or -1 if they stay apart. */
  int rank(int left, int right);

  /** The token that two tokens become, given the rank of their merge. */
  int merged(int rank, int left, int right);

  /**
   * Whether a merge of one rank may stand for one of another, which was found at the same place
   * before the tokens there changed.
   */
  boolean standsFor(int rank, int before);
}
