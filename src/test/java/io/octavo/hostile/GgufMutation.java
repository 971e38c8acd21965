package io.octavo.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damage to the parts of a GGUF file. */
enum GgufMutation {
  COUNT,
  NEAR_COUNT,
  KIND,
  VALUE,
  STRING,
  OTHER_STRING,
  NUMBERS;

  /** The file, damaged. */
  byte[] apply(byte[] bytes, Random random) {
    GgufFields fields = GgufFields.of(bytes);
    if (fields.counts.isEmpty() || fields.values.isEmpty() || fields.strings.isEmpty()) {
      return ByteMutation.FLIP.apply(bytes, random);
    }
    byte[] changed = bytes.clone();
    ByteBuffer file = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
    switch (this) {
      case COUNT -> put(file, pick(fields.counts, random), 8, Lies.number(random));
      case NEAR_COUNT -> {
        int at = pick(fields.counts, random);
        if (at + 8 <= changed.length) {
          put(file, at, 8, file.getLong(at) + random.nextInt(3) - 1);
        }
      }
      case KIND -> put(file, pick(fields.kinds, random), 4, random.nextInt(45));
      case VALUE -> {
        int[] value = pick(fields.values, random);
        put(file, value[0], value[1], Lies.number(random));
      }
      case STRING -> {
        int[] string = pick(fields.strings, random);
        for (int i = string[0]; i < Math.min((long) string[0] + string[1], changed.length); i++) {
          changed[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : changed[i]);
        }
      }
      case OTHER_STRING -> changed = otherString(bytes, fields, random);
      case NUMBERS -> {
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          changed = ByteMutation.NUMBERS.apply(changed, random);
        }
      }
    }
    return changed;
  }

  /** Another string of the file, or one that leads somewhere, with a length that fits. */
  private static byte[] otherString(byte[] bytes, GgufFields fields, Random random) {
    int[] target = pick(fields.strings, random);
    int[] source = pick(fields.strings, random);
    byte[] text =
        random.nextInt(3) == 0
            ? Lies.PATHS
                .get(random.nextInt(Lies.PATHS.size()))
                .getBytes(StandardCharsets.ISO_8859_1)
            : slice(bytes, source[0], source[1]);
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array();
    return ByteMutation.join(
        slice(bytes, 0, target[0] - 8),
        length,
        text,
        slice(bytes, Math.min((long) target[0] + target[1], bytes.length), bytes.length));
  }

  private static byte[] slice(byte[] bytes, long from, long length) {
    int start = Math.clamp(from, 0, bytes.length);
    return Arrays.copyOfRange(bytes, start, (int) Math.min(bytes.length, start + length));
  }

  private static void put(ByteBuffer file, int at, int width, long value) {
    for (int i = 0; i < width && at + i < file.capacity(); i++) {
      file.put(at + i, (byte) (value >>> (8 * i)));
    }
  }

  private static <T> T pick(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }
}
