package io.octavo.generate;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that end a text, and what it means that they do.
 *
 * @param reasons by token id
 */
record EndTokens(Map<Integer, FinishReason> reasons) {
  EndTokens {
    reasons = Map.copyOf(reasons);
  }

  /** The tokens by which a model ends texts. */
  static EndTokens ofModel(Set<Integer> ids, int vocabularySize) {
    return of("The model's end of text", ids, FinishReason.END_OF_TEXT, Map.of(), vocabularySize);
  }

  /** These, and those that a caller asks for. */
  EndTokens with(Set<Integer> ids, int vocabularySize) {
    return of("A stop token", ids, FinishReason.STOP_TOKEN, reasons, vocabularySize);
  }

  private static EndTokens of(
      String where,
      Set<Integer> ids,
      FinishReason reason,
      Map<Integer, FinishReason> others,
      int vocabularySize) {
    Map<Integer, FinishReason> reasons = new HashMap<>(others);
    for (int id : ids) {
      TokenIds.check(where, id, vocabularySize);
      reasons.put(id, reason);
    }
    return new EndTokens(reasons);
  }

  /** Why a token ends the text, or null if it does not. */
  @Nullable FinishReason reason(int id) {
    return reasons.get(id);
  }
}
