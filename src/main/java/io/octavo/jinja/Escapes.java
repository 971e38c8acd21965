package io.octavo.jinja;

/** Backslashes in strings, as Python reads them. */
final class Escapes {
  private Escapes() {}

  /** What a string means that is written so. */
  static String resolve(String written, int line) {
    if (written.indexOf('\\') < 0) {
      return written;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < written.length(); i++) {
      char c = written.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char next = written.charAt(++i);
      int simple = "\\'\"abfnrtv".indexOf(next);
      int digits = next == 'x' ? 2 : next == 'u' ? 4 : next == 'U' ? 8 : 0;
      if (simple >= 0) {
        text.append("\\'\"\007\b\f\n\r\t\013".charAt(simple));
      } else if (digits > 0) {
        text.appendCodePoint(codePoint(written, i + 1, digits, line));
        i += digits;
      } else if (next >= '0' && next <= '7') {
        int end = i;
        while (end < written.length()
            && end < i + 3
            && "01234567".indexOf(written.charAt(end)) >= 0) {
          end++;
        }
        text.append((char) Integer.parseInt(written, i, end, 8));
        i = end - 1;
      } else if (next != '\n') {
        text.append('\\').append(next);
      }
    }
    return text.toString();
  }

  private static int codePoint(String written, int begin, int digits, int line) {
    int value = 0;
    for (int i = begin; i < begin + digits; i++) {
      int digit = i < written.length() ? Character.digit(written.charAt(i), 16) : -1;
      value = digit < 0 || value > Character.MAX_CODE_POINT ? -1 : value * 16 + digit;
      if (value < 0) {
        break;
      }
    }
    if (!Character.isValidCodePoint(value)) {
      throw JinjaException.damaged(line, "a string has an escape that is no character");
    }
    return value;
  }
}
