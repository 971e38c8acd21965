package io.octavo.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Damage to the parts of a safetensors file, with a length of the header that fits or lies. */
enum SafetensorsMutation {
  HEADER,
  HEADER_AGAIN,
  OFFSETS,
  LENGTH,
  NUMBERS,
  BUFFER;

  /** The file, damaged. */
  byte[] apply(byte[] bytes, Random random) {
    if (bytes.length < Long.BYTES) {
      return ByteMutation.EXTEND.apply(bytes, random);
    }
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long length = file.getLong(0);
    if (length < 0 || length > bytes.length - Long.BYTES) {
      return ByteMutation.FLIP.apply(bytes, random);
    }
    int begin = Long.BYTES + (int) length;
    byte[] header = Arrays.copyOfRange(bytes, Long.BYTES, begin);
    byte[] buffer = Arrays.copyOfRange(bytes, begin, bytes.length);
    return switch (this) {
      case HEADER, HEADER_AGAIN -> file(JsonMutation.choose(random).apply(header, random), buffer);
      case OFFSETS -> file(offsets(header, random), buffer);
      case LENGTH -> {
        file = ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(
            0, random.nextBoolean() ? Lies.number(random) : length + 1 - random.nextInt(3));
        yield file.array();
      }
      case NUMBERS -> {
        byte[] damaged = buffer;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          damaged = ByteMutation.NUMBERS.apply(damaged, random);
        }
        yield file(header, damaged);
      }
      case BUFFER -> file(header, Lies.pick(ByteMutation.values(), random).apply(buffer, random));
    };
  }

  /** Changes digits, which keeps the header JSON and its numbers plausible. */
  private static byte[] offsets(byte[] header, Random random) {
    byte[] changed = header.clone();
    int left = 1 + random.nextInt(3);
    for (int tries = 0; tries < 10_000 && left > 0; tries++) {
      int at = changed.length == 0 ? 0 : random.nextInt(changed.length);
      if (at < changed.length && changed[at] >= '0' && changed[at] <= '9') {
        changed[at] = (byte) ('0' + random.nextInt(10));
        left--;
      }
    }
    return changed;
  }

  private static byte[] file(byte[] header, byte[] buffer) {
    return ByteBuffer.allocate(Long.BYTES + header.length + buffer.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(buffer)
        .array();
  }
}
