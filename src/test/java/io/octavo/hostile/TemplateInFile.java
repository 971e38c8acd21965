package io.octavo.hostile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** The chat template of {@link DecoderFolders} where it stands inside of another file. */
final class TemplateInFile {
  private static final byte[] PLAIN = DecoderFolders.TEMPLATE.getBytes(StandardCharsets.UTF_8);
  private static final byte[] QUOTED =
      DecoderFolders.quoted(DecoderFolders.TEMPLATE).getBytes(StandardCharsets.UTF_8);

  /** What a GGUF file's tensors are aligned to. */
  private static final int ALIGNMENT = 32;

  private TemplateInFile() {}

  /** Whether a file of that kind holds the template, and as it was. */
  static boolean isIn(FileKind kind, byte[] file) {
    return switch (kind) {
      case GGUF -> indexOf(file, PLAIN) >= Long.BYTES;
      case TOKENIZER_CONFIG -> indexOf(file, QUOTED) >= 0;
      default -> false;
    };
  }

  /** The file with another template, and sound otherwise. */
  static byte[] replaced(FileKind kind, byte[] file, TemplateMutation mutation, Random random) {
    byte[] template = mutation.apply(PLAIN, random);
    if (kind == FileKind.TOKENIZER_CONFIG) {
      String text = new String(template, StandardCharsets.UTF_8).replace("\u0000", "\\u0000");
      int at = indexOf(file, QUOTED);
      return ByteMutation.join(
          Arrays.copyOf(file, at),
          DecoderFolders.quoted(text).getBytes(StandardCharsets.UTF_8),
          Arrays.copyOfRange(file, at + QUOTED.length, file.length));
    }
    int padding = Math.floorMod(PLAIN.length - template.length, ALIGNMENT);
    byte[] padded =
        ByteMutation.join(template, " ".repeat(padding).getBytes(StandardCharsets.UTF_8));
    byte[] length =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(padded.length)
            .array();
    int at = indexOf(file, PLAIN);
    return ByteMutation.join(
        Arrays.copyOf(file, at - Long.BYTES),
        length,
        padded,
        Arrays.copyOfRange(file, at + PLAIN.length, file.length));
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    return -1;
  }
}
