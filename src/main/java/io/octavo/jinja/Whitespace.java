package io.octavo.jinja;

/** What Python's {@code str.strip()} takes away. */
final class Whitespace {
  private Whitespace() {}

  static boolean is(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  static String stripStart(String text) {
    int begin = 0;
    while (begin < text.length() && is(text.charAt(begin))) {
      begin++;
    }
    return text.substring(begin);
  }

  static String stripEnd(String text) {
    int end = text.length();
    while (end > 0 && is(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }
}
