package io.octavo.hostile;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Damage that knows nothing of a format. */
enum ByteMutation {
  FLIP,
  OVERWRITE,
  CUT_END,
  CUT_BEGINNING,
  EXTEND,
  INSERT,
  REMOVE,
  REPEAT,
  EMPTY,
  NUMBERS;

  /** Bit patterns of floats, and of integers that are lengths to somebody. */
  private static final int[] WORDS = {
    0x7FC00000, 0x7F800000, 0xFF800000, 0x7F7FFFFF, 0x00000001, 0x7FFFFFFF, 0x80000000, -1
  };

  /** The bytes, damaged; those given are left as they are. */
  byte[] apply(byte[] bytes, Random random) {
    if (bytes.length == 0 && this != EXTEND) {
      return bytes;
    }
    int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(64, 1 + (bytes.length - at) / 2));
    length = Math.min(length, bytes.length - at);
    byte[] copy = bytes.clone();
    return switch (this) {
      case FLIP -> {
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
          copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield copy;
      }
      case OVERWRITE -> {
        Arrays.fill(copy, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xFF));
        yield copy;
      }
      case CUT_END -> Arrays.copyOf(bytes, at);
      case CUT_BEGINNING -> Arrays.copyOfRange(bytes, at, bytes.length);
      case EXTEND -> join(bytes, random(random, 1 + random.nextInt(1 << random.nextInt(17))));
      case INSERT ->
          join(
              Arrays.copyOf(bytes, at),
              random(random, length),
              Arrays.copyOfRange(bytes, at, bytes.length));
      case REMOVE ->
          join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
      case REPEAT ->
          join(
              Arrays.copyOf(bytes, at + length),
              Arrays.copyOfRange(bytes, at, at + length),
              Arrays.copyOfRange(bytes, at + length, bytes.length));
      case EMPTY -> new byte[0];
      case NUMBERS -> {
        int word = WORDS[random.nextInt(WORDS.length)];
        for (int i = at & ~3; i < Math.min(copy.length, (at & ~3) + Integer.BYTES); i++) {
          copy[i] = (byte) (word >>> (8 * (i & 3)));
        }
        yield copy;
      }
    };
  }

  private static byte[] random(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
