package io.octavo.hostile;

import java.util.List;
import java.util.Random;

/** Values that no sound file has where they are put. */
final class Lies {
  /** Names of files that lead somewhere else, or nowhere. */
  static final List<String> PATHS =
      List.of(
          "../weights.bin",
          "../../../../../../etc/passwd",
          "/etc/passwd",
          "/dev/zero",
          "/dev/stdin",
          "..\\\\weights.bin",
          "C:\\\\windows\\\\win.ini",
          "C:weights.bin",
          ".",
          "..",
          "",
          "\\u0000",
          "weights\\u0000.bin",
          "a/../../b",
          "./model.safetensors",
          "model.onnx",
          "config.json",
          "tokenizer.json",
          "x".repeat(5000),
          "file:///etc/passwd",
          "con",
          "\\ud800");

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-1",
          "1",
          "2",
          "3",
          "7",
          "1e400",
          "-1e400",
          "1e-400",
          "0.5",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "1" + "0".repeat(60),
          "9".repeat(200),
          "16777216",
          "16777217",
          "65536",
          "1048576",
          "NaN",
          "Infinity",
          "-0",
          "00",
          "1.");

  private static final List<String> OTHERS =
      List.of(
          "null",
          "true",
          "false",
          "\"\"",
          "\"x\"",
          "\"1\"",
          "[]",
          "{}",
          "[[]]",
          "[null]",
          "{\"\": null}",
          "[1, 2]",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"a b\"",
          "\"A\"",
          "\"B\"",
          "\"[UNK]\"",
          "\"<unk>\"",
          "");

  private Lies() {}

  /** A JSON value in the place of another one. */
  static String value(Random random) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
      case 3 -> "\"" + PATHS.get(random.nextInt(PATHS.size())) + "\"";
      case 4 -> "\"" + "word ".repeat(1 << random.nextInt(14)) + "\"";
      case 5 -> Integer.toString(random.nextInt(200));
      default -> OTHERS.get(random.nextInt(OTHERS.size()));
    };
  }

  /** A length or an id. */
  static long number(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> -1;
      case 1 -> Long.MAX_VALUE;
      case 2 -> Long.MIN_VALUE;
      case 3 -> 1L << random.nextInt(64);
      case 4 -> (1L << random.nextInt(64)) - 1;
      default -> random.nextInt(40);
    };
  }

  /** One of several. */
  static <T> T pick(T[] all, Random random) {
    return all[random.nextInt(all.length)];
  }
}
