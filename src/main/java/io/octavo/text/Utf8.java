package io.octavo.text;

/** Part of a string as UTF-8, and room for a hash per byte, in arrays used again and again. */
final class Utf8 {
  private byte[] bytes = new byte[128];
  private long[] hashes = {};
  private int size;

  /**
   * Takes the characters from one index to before another, an unpaired surrogate as U+FFFD.
   *
   * @return whether there was no unpaired surrogate
   */
  boolean set(String text, int start, int end) {
    if (bytes.length < 3L * (end - start)) {
      // No code point takes more than three bytes per char.
      bytes = new byte[Math.multiplyExact(3, end - start)];
    }
    size = 0;
    boolean sound = true;
    int i = start;
    while (i < end) {
      char unit = text.charAt(i);
      if (unit < 0x80) {
        bytes[size++] = (byte) unit;
        i++;
      } else {
        int codePoint = text.codePointAt(i);
        i += Character.charCount(codePoint);
        boolean surrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
        sound &= !surrogate;
        append(surrogate ? 0xFFFD : codePoint);
      }
    }
    return sound;
  }

  private void append(int codePoint) {
    if (codePoint < 0x800) {
      bytes[size++] = (byte) (0xC0 | (codePoint >> 6));
    } else {
      if (codePoint < 0x10000) {
        bytes[size++] = (byte) (0xE0 | (codePoint >> 12));
      } else {
        bytes[size++] = (byte) (0xF0 | (codePoint >> 18));
        bytes[size++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
      }
      bytes[size++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    }
    bytes[size++] = (byte) (0x80 | (codePoint & 0x3F));
  }

  /** The bytes, of which the first {@link #size()} count. */
  byte[] bytes() {
    return bytes;
  }

  /** One number per byte, for the caller's use. */
  long[] hashes() {
    if (hashes.length < bytes.length) {
      hashes = new long[bytes.length];
    }
    return hashes;
  }

  int size() {
    return size;
  }

  /** Whether a code point begins at an index, or the text ends there. */
  boolean isBoundary(int index) {
    return index == size || (bytes[index] & 0xC0) != 0x80;
  }

  /** Where the code point ends that begins at an index. */
  int nextBoundary(int index) {
    int next = index + 1;
    while (!isBoundary(next)) {
      next++;
    }
    return next;
  }
}
