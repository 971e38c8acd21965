package io.octavo.text;

/**
 * The classes of code points that tokenizers speak of. They follow the Unicode properties of those
 * names, not the methods of {@link Character}, whose white space differs.
 */
final class CharacterClass {
  private static final int MARKS =
      (1 << Character.NON_SPACING_MARK)
          | (1 << Character.COMBINING_SPACING_MARK)
          | (1 << Character.ENCLOSING_MARK);
  private static final int PUNCTUATION =
      (1 << Character.CONNECTOR_PUNCTUATION)
          | (1 << Character.DASH_PUNCTUATION)
          | (1 << Character.START_PUNCTUATION)
          | (1 << Character.END_PUNCTUATION)
          | (1 << Character.INITIAL_QUOTE_PUNCTUATION)
          | (1 << Character.FINAL_QUOTE_PUNCTUATION)
          | (1 << Character.OTHER_PUNCTUATION);
  private static final int CONTROL =
      (1 << Character.CONTROL)
          | (1 << Character.FORMAT)
          | (1 << Character.PRIVATE_USE)
          | (1 << Character.SURROGATE);

  private static final int NUMBERS =
      (1 << Character.DECIMAL_DIGIT_NUMBER)
          | (1 << Character.LETTER_NUMBER)
          | (1 << Character.OTHER_NUMBER);

  private CharacterClass() {}

  private static boolean isOneOf(int codePoint, int types) {
    return ((types >>> Character.getType(codePoint)) & 1) != 0;
  }

  /** The property White_Space. */
  static boolean isWhiteSpace(int codePoint) {
    if (codePoint <= 0xA0) {
      return codePoint == ' '
          || (codePoint >= '\t' && codePoint <= '\r')
          || codePoint == 0x85
          || codePoint == 0xA0;
    }
    return codePoint == 0x1680
        || (codePoint >= 0x2000 && codePoint <= 0x200A)
        || codePoint == 0x2028
        || codePoint == 0x2029
        || codePoint == 0x202F
        || codePoint == 0x205F
        || codePoint == 0x3000;
  }

  /** ASCII symbols and punctuation, and every other code point of the categories P*. */
  static boolean isPunctuation(int codePoint) {
    if (codePoint < 0x80) {
      return (codePoint >= '!' && codePoint <= '/')
          || (codePoint >= ':' && codePoint <= '@')
          || (codePoint >= '[' && codePoint <= '`')
          || (codePoint >= '{' && codePoint <= '~');
    }
    return isOneOf(codePoint, PUNCTUATION);
  }

  /**
   * The categories Cc, Cf, Co and Cs. Not Cn: the {@code tokenizers} library keeps unassigned code
   * points.
   */
  static boolean isControl(int codePoint) {
    return isOneOf(codePoint, CONTROL);
  }

  /** The categories Mn, Mc and Me. */
  static boolean isMark(int codePoint) {
    return isOneOf(codePoint, MARKS);
  }

  /** The categories Nd, Nl and No. */
  static boolean isNumber(int codePoint) {
    return isOneOf(codePoint, NUMBERS);
  }

  /** The category Mn. */
  static boolean isNonSpacingMark(int codePoint) {
    return Character.getType(codePoint) == Character.NON_SPACING_MARK;
  }

  /** What {@code \w} means in a Unicode regular expression (UTS 18, annex C). */
  static boolean isWordCharacter(int codePoint) {
    int type = Character.getType(codePoint);
    return Character.isAlphabetic(codePoint)
        || isMark(codePoint)
        || type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.CONNECTOR_PUNCTUATION
        || codePoint == 0x200C
        || codePoint == 0x200D;
  }

  /**
   * The blocks that BERT calls Chinese: unified and compatibility ideographs, without the first 256
   * of extension E, which the {@code tokenizers} library leaves out (its range begins at U+2B920
   * instead of U+2B820).
   */
  static boolean isIdeograph(int codePoint) {
    if (codePoint < 0x3400) {
      return false;
    }
    return (codePoint >= 0x4E00 && codePoint <= 0x9FFF)
        || codePoint <= 0x4DBF
        || (codePoint >= 0xF900 && codePoint <= 0xFAFF)
        || (codePoint >= 0x20000 && codePoint <= 0x2A6DF)
        || (codePoint >= 0x2A700 && codePoint <= 0x2B81F)
        || (codePoint >= 0x2B920 && codePoint <= 0x2CEAF)
        || (codePoint >= 0x2F800 && codePoint <= 0x2FA1F);
  }

  /**
   * Appends a code point in lower case, by itself: neither the locale nor the letters around it (a
   * final sigma) matter, and U+0130 becomes two code points.
   */
  static void appendLowerCase(StringBuilder out, int codePoint) {
    if (codePoint == 0x130) {
      out.append("i\u0307");
    } else {
      out.appendCodePoint(Character.toLowerCase(codePoint));
    }
  }
}
