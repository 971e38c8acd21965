package io.octavo.text;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The tokens {@code <0x00>} to {@code <0xFF>}, which stand for bytes of characters without one. */
final class ByteTokens {
  private final int @Nullable [] ids;

  /** Those of a vocabulary that has them, and uses them. */
  ByteTokens(Vocabulary vocabulary, boolean used) {
    int[] found = null;
    if (used) {
      found = new int[256];
      for (int value = 0; value < found.length; value++) {
        found[value] = vocabulary.find("<0x%02X>".formatted(value));
      }
    }
    this.ids = found;
  }

  /** The byte that such a token stands for, or -1 if it is none. */
  static int value(String token) {
    if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
      return -1;
    }
    int high = Character.digit(token.charAt(3), 16);
    int low = Character.digit(token.charAt(4), 16);
    boolean ascii = token.charAt(3) < 0x80 && token.charAt(4) < 0x80;
    return ascii && high >= 0 && low >= 0 ? 16 * high + low : -1;
  }

  /** Hands on the tokens of some bytes, or none where one of them has no token. */
  boolean append(byte[] bytes, int start, int end, IntConsumer tokens) {
    if (ids == null) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (ids[bytes[i] & 0xFF] < 0) {
        return false;
      }
    }
    for (int i = start; i < end; i++) {
      tokens.accept(ids[bytes[i] & 0xFF]);
    }
    return true;
  }
}
