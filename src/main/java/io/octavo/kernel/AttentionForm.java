package io.octavo.kernel;

/**
 * What is the same for every query and key of an attention.
 *
 * @param headWidth features of a head, from 1 to {@link PanelMatrix#BLOCK}
 * @param scale factor of the scores
 * @param cap bound of the scaled scores, which become {@code cap * tanh(score / cap)}; 0 for none
 * @param window how many keys a query sees, its own included; {@link Integer#MAX_VALUE} for all up
 *     to its own
 */
public record AttentionForm(int headWidth, float scale, float cap, int window) {
  /** Refuses what means nothing. */
  public AttentionForm {
    if (headWidth < 1 || headWidth > PanelMatrix.BLOCK) {
      throw new IllegalArgumentException("A head of " + headWidth + " features");
    }
    if (!(cap >= 0) || window < 1) {
      throw new IllegalArgumentException("A cap of " + cap + ", a window of " + window);
    }
  }

  /** First key that a query at {@code position} sees. */
  public int firstKey(int position) {
    return Math.max(0, position - window + 1);
  }
}
