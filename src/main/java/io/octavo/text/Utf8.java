package io.octavo.text;

import java.util.Arrays;

/** Part of a string as UTF-8, and room for a hash per byte, in arrays used again and again. */
final class Utf8 {
  private static final int LONG = 1 << 16;
  private static final int MOST_SPARE = 8 << 20;

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
      int needed = needed(text, start, end);
      if (bytes.length < needed) {
        bytes = new byte[needed];
      }
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

  /** Room that is enough: no code point takes more than three bytes per char. */
  private static int needed(String text, int start, int end) {
    if (end - start <= LONG) {
      return 3 * (end - start);
    }
    long size = 0;
    for (int i = start; i < end; i++) {
      char unit = text.charAt(i);
      size += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
    }
    return Math.toIntExact(size);
  }

  /** An array with more room for more bytes; it grows by half of a file at most. */
  static byte[] grown(byte[] array, int used, int more) {
    if (array.length - used >= more) {
      return array;
    }
    int spare = Math.min(used, MOST_SPARE);
    return Arrays.copyOf(array, Math.addExact(Math.addExact(used, spare), more));
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
