package io.octavo.text;

import io.octavo.json.JsonValue;

/**
 * A token that is found in the text itself, before it is split into words.
 *
 * @param id its id
 * @param content its characters
 * @param singleWord only where no word character stands directly before or after it
 * @param takesLeft with the white space before it
 * @param takesRight with the white space after it
 * @param normalized looked for, normalized itself, in the normalized text; else in the text as it
 *     is
 * @param special leaves no text when tokens are decoded
 */
record AddedToken(
    int id,
    String content,
    boolean singleWord,
    boolean takesLeft,
    boolean takesRight,
    boolean normalized,
    boolean special) {
  /** Reads an element of {@code added_tokens}. */
  static AddedToken from(JsonValue json) {
    json.allowOnly("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");
    JsonValue content = json.get("content");
    if (content.string().isEmpty()) {
      throw content.damaged("is empty");
    }
    return new AddedToken(
        json.get("id").integer(),
        content.string(),
        json.get("single_word").bool(),
        json.get("lstrip").bool(),
        json.get("rstrip").bool(),
        json.get("normalized").bool(),
        json.get("special").bool());
  }
}
