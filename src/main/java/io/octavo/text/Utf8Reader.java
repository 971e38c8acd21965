package io.octavo.text;

/**
 * Characters of UTF-8 that comes in pieces. What is no UTF-8 becomes U+FFFD as the WHATWG's decoder
 * has it: one for each longest run of bytes that could have begun a character.
 */
final class Utf8Reader {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int LOWEST = 0x80;
  private static final int HIGHEST = 0xBF;

  private int codePoint;

  /** Bytes of the character that are still to come. */
  private int missing;

  private int lowest = LOWEST;
  private int highest = HIGHEST;

  /** Takes bytes and appends the characters that are whole by then. */
  void read(byte[] bytes, StringBuilder target) {
    for (byte next : bytes) {
      int value = next & 0xFF;
      if (missing > 0 && (value < lowest || value > highest)) {
        finish(target);
      }
      if (missing == 0) {
        begin(value, target);
      } else {
        lowest = LOWEST;
        highest = HIGHEST;
        codePoint = (codePoint << 6) | (value & 0x3F);
        missing--;
        if (missing == 0) {
          target.appendCodePoint(codePoint);
        }
      }
    }
  }

  /** Appends U+FFFD for a character of which bytes are missing. */
  void finish(StringBuilder target) {
    if (missing > 0) {
      target.append(REPLACEMENT);
    }
    missing = 0;
    lowest = LOWEST;
    highest = HIGHEST;
  }

  private void begin(int value, StringBuilder target) {
    if (value < 0x80) {
      target.append((char) value);
    } else if (value >= 0xC2 && value <= 0xDF) {
      codePoint = value & 0x1F;
      missing = 1;
    } else if (value >= 0xE0 && value <= 0xEF) {
      // Neither what two bytes can say nor surrogates.
      lowest = value == 0xE0 ? 0xA0 : LOWEST;
      highest = value == 0xED ? 0x9F : HIGHEST;
      codePoint = value & 0xF;
      missing = 2;
    } else if (value >= 0xF0 && value <= 0xF4) {
      // Neither what three bytes can say nor anything beyond U+10FFFF.
      lowest = value == 0xF0 ? 0x90 : LOWEST;
      highest = value == 0xF4 ? 0x8F : HIGHEST;
      codePoint = value & 7;
      missing = 3;
    } else {
      target.append(REPLACEMENT);
    }
  }
}
