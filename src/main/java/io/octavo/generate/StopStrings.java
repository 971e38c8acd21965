package io.octavo.generate;

import java.util.List;

/**
 * Lets text through until one of some strings is in it. What could be the beginning of one is held
 * back, so that no part of it is ever let through. Of several, the one ends the text that ends
 * first; of those that end together, the longest. So it does not matter how the text came in
 * pieces.
 */
final class StopStrings {
  private final List<String> strings;
  private String held = "";
  private boolean found;

  StopStrings(List<String> strings) {
    this.strings = strings;
  }

  /** Refuses what no text can hold, or every text does. */
  static void check(String string) {
    if (string.isEmpty()) {
      throw new IllegalArgumentException("A stop string has at least one character");
    }
    if (string
        .codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      throw new IllegalArgumentException("A stop string has an unpaired surrogate: " + string);
    }
  }

  /** Takes the next piece and returns what of the text can be let through now. */
  String append(String piece) {
    String text = held + piece;
    int start = -1;
    int end = Integer.MAX_VALUE;
    for (String string : strings) {
      int at = text.indexOf(string);
      if (at >= 0 && (at + string.length() < end || (at + string.length() == end && at < start))) {
        start = at;
        end = at + string.length();
      }
    }
    found = start >= 0;
    int passed = found ? start : text.length() - beginning(text);
    held = found ? "" : text.substring(passed);
    return text.substring(0, passed);
  }

  /** Whether one was found. */
  boolean found() {
    return found;
  }

  /** What was held back, once it is known that nothing follows. */
  String finish() {
    String rest = held;
    held = "";
    return rest;
  }

  /** How many characters at the end of a text can be the beginning of a stop string. */
  private int beginning(String text) {
    int longest = 0;
    for (String string : strings) {
      int length = Math.min(string.length() - 1, text.length());
      while (length > longest && !text.endsWith(string.substring(0, length))) {
        length--;
      }
      longest = Math.max(longest, length);
    }
    return longest;
  }
}
