package io.octavo.generate;

import org.jspecify.annotations.Nullable;

/**
 * A token that was generated.
 *
 * @param index its place among the generated tokens, from 0
 * @param id its id
 * @param text what the text grew by, which need not be the token's own: a character may need
 *     several tokens, and what may be the beginning of a stop string waits until it is known to be
 *     none. The texts of all tokens, one after the other, are the text of the result.
 * @param logProbabilities null where the options ask for none
 */
public record GeneratedToken(
    int index, int id, String text, @Nullable LogProbabilities logProbabilities) {
  /** The text, so that a token can be printed as it comes. */
  @Override
  public String toString() {
    return text;
  }
}
