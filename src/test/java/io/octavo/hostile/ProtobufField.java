package io.octavo.hostile;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A field of a protobuf message, which can be written with a length that is a lie. */
final class ProtobufField {
  private static final int DEEPEST = 7;

  long tag;

  /** A number with its bytes, or the content of a field with a length. */
  byte[] content;

  /** The content as a message, if it is one. */
  @Nullable List<ProtobufField> children;

  @Nullable Long lengthWritten;

  private ProtobufField(long tag, byte[] content) {
    this.tag = tag;
    this.content = content;
  }

  /** A copy that shares nothing that is ever changed in place. */
  ProtobufField copy() {
    ProtobufField copy = new ProtobufField(tag, content);
    List<ProtobufField> inner = children;
    if (inner != null) {
      copy.children = new ArrayList<>(inner.stream().map(ProtobufField::copy).toList());
    }
    return copy;
  }

  boolean hasLength() {
    return (tag & 7) == 2;
  }

  boolean isVarint() {
    return (tag & 7) == 0;
  }

  /** The fields of a message; null if it is none. */
  static @Nullable List<ProtobufField> parse(byte[] message) {
    return parse(message, 0);
  }

  private static @Nullable List<ProtobufField> parse(byte[] message, int depth) {
    List<ProtobufField> fields = new ArrayList<>();
    int i = 0;
    while (i < message.length) {
      int valueStart = varintEnd(message, i);
      if (valueStart < 0) {
        return null;
      }
      long tag = varint(message, i);
      int end =
          switch ((int) (tag & 7)) {
            case 0 -> varintEnd(message, valueStart);
            case 1 -> valueStart + Long.BYTES;
            case 2 -> varintEnd(message, valueStart);
            case 5 -> valueStart + Integer.BYTES;
            default -> -1;
          };
      if (tag < 8 || tag > 800 || end < 0 || end > message.length) {
        return null;
      }
      int start = valueStart;
      if ((tag & 7) == 2) {
        start = end;
        long length = varint(message, valueStart);
        if (length < 0 || length > message.length - end) {
          return null;
        }
        end += (int) length;
      }
      ProtobufField field = new ProtobufField(tag, Arrays.copyOfRange(message, start, end));
      if (field.hasLength() && field.content.length > 0 && depth < DEEPEST) {
        List<ProtobufField> inner = parse(field.content, depth + 1);
        // Bytes that are a message by chance, and written in another way, stay bytes.
        field.children = inner != null && Arrays.equals(write(inner), field.content) ? inner : null;
      }
      fields.add(field);
      i = end;
    }
    return fields;
  }

  /** All fields, those of inner messages included. */
  static List<ProtobufField> all(List<ProtobufField> fields) {
    List<ProtobufField> all = new ArrayList<>();
    for (ProtobufField field : fields) {
      all.add(field);
      if (field.children != null) {
        all.addAll(all(field.children));
      }
    }
    return all;
  }

  static byte[] write(List<ProtobufField> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (ProtobufField field : fields) {
      writeVarint(out, field.tag);
      List<ProtobufField> inner = field.children;
      byte[] bytes = inner == null ? field.content : write(inner);
      if (field.hasLength()) {
        Long lie = field.lengthWritten;
        writeVarint(out, lie == null ? bytes.length : lie);
      }
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }

  static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writeVarint(out, value);
    return out.toByteArray();
  }

  private static void writeVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static int varintEnd(byte[] bytes, int start) {
    for (int i = start; i < Math.min(bytes.length, start + 10); i++) {
      if (bytes[i] >= 0) {
        return i + 1;
      }
    }
    return -1;
  }

  private static long varint(byte[] bytes, int start) {
    long value = 0;
    for (int i = start; ; i++) {
      value |= (bytes[i] & 0x7FL) << (7 * (i - start));
      if (bytes[i] >= 0) {
        return value;
      }
    }
  }
}
