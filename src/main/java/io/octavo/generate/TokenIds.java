package io.octavo.generate;

import io.octavo.error.InvalidInputException;

/** What token ids have to be. */
final class TokenIds {
  private TokenIds() {}

  /**
   * Refuses an id that is no token's.
   *
   * @param where what names the token, for the message
   */
  static void check(String where, int id, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new InvalidInputException(
          where
              + " names token "
              + id
              + ", and the model's vocabulary has the tokens 0 to "
              + (vocabularySize - 1));
    }
  }

  /** Refuses a text that holds no token, something else, or more than there is room for. */
  static void check(String where, int[] ids, TokenModel model) {
    if (ids.length == 0) {
      throw new InvalidInputException(
          where + " has no token; it needs one, such as the model's beginning of text");
    }
    if (ids.length > model.contextLength()) {
      throw new InvalidInputException(
          where
              + " has "
              + ids.length
              + " tokens and the model's context "
              + model.contextLength()
              + "; shorten it, for nothing is cut off on its own");
    }
    for (int id : ids) {
      check(where, id, model.vocabularySize());
    }
  }
}
