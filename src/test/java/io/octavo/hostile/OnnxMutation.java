package io.octavo.hostile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Damage to the fields of an ONNX file, with lengths around them that fit, unless they lie. */
enum OnnxMutation {
  NUMBER,
  NUMBER_AGAIN,
  LENGTH,
  OVERLONG,
  REMOVE,
  TWICE,
  OFTEN,
  MOVE,
  RETAG,
  TEXT,
  CONTENT,
  EMPTY_MESSAGES;

  /** The file, damaged. */
  byte[] apply(byte[] bytes, Random random) {
    List<ProtobufField> fields = ProtobufField.parse(bytes);
    if (fields == null || fields.isEmpty()) {
      return ByteMutation.FLIP.apply(bytes, random);
    }
    List<ProtobufField> all = ProtobufField.all(fields);
    ProtobufField field = all.get(random.nextInt(all.size()));
    List<ProtobufField> parents = all.stream().filter(parent -> parent.children != null).toList();
    ProtobufField parent = parents.isEmpty() ? field : parents.get(random.nextInt(parents.size()));
    List<ProtobufField> siblings = parent.children == null ? fields : parent.children;
    int at = siblings.isEmpty() ? 0 : random.nextInt(siblings.size());
    switch (this) {
      case NUMBER, NUMBER_AGAIN ->
          set(choose(all.stream().filter(ProtobufField::isVarint).toList(), field, random), random);
      case LENGTH ->
          choose(all.stream().filter(ProtobufField::hasLength).toList(), field, random)
                  .lengthWritten =
              Lies.number(random);
      case OVERLONG -> {
        field.content = new byte[12];
        Arrays.fill(field.content, (byte) 0xFF);
        field.children = null;
      }
      case REMOVE -> {
        if (!siblings.isEmpty()) {
          siblings.remove(at);
        }
      }
      case TWICE -> {
        if (!siblings.isEmpty()) {
          siblings.add(at, siblings.get(at).copy());
        }
      }
      case OFTEN -> {
        if (!siblings.isEmpty()) {
          ProtobufField often = siblings.get(at);
          int size = Math.max(1, ProtobufField.write(List.of(often)).length);
          int times = Math.min(1 << random.nextInt(18), 1_000_000 / size);
          List<ProtobufField> copies = new ArrayList<>();
          for (int i = 0; i < times; i++) {
            copies.add(often);
          }
          siblings.addAll(at, copies);
        }
      }
      case MOVE -> {
        if (!siblings.isEmpty()) {
          siblings.add(random.nextInt(siblings.size()), siblings.remove(at));
        }
      }
      case RETAG -> field.tag = Math.max(1, field.tag ^ (1L << random.nextInt(7)));
      case TEXT -> {
        ProtobufField text =
            choose(
                all.stream().filter(leaf -> leaf.hasLength() && isText(leaf.content)).toList(),
                field,
                random);
        String lie =
            random.nextInt(3) == 0
                ? new String(
                    all.get(random.nextInt(all.size())).content, StandardCharsets.ISO_8859_1)
                : Lies.PATHS.get(random.nextInt(Lies.PATHS.size())).replace("\\\\", "\\");
        text.content =
            random.nextInt(4) == 0
                ? Long.toString(Lies.number(random)).getBytes(StandardCharsets.UTF_8)
                : lie.getBytes(StandardCharsets.UTF_8);
        text.children = null;
      }
      case CONTENT -> {
        field.content = Lies.pick(ByteMutation.values(), random).apply(field.content, random);
        field.children = null;
      }
      case EMPTY_MESSAGES -> {
        ProtobufField often = field.copy();
        often.tag = (1 + random.nextInt(12)) * 8L + 2;
        often.content = new byte[0];
        often.children = null;
        int times = 1 << random.nextInt(22);
        for (int i = 0; i < times; i++) {
          siblings.add(often);
        }
      }
    }
    return ProtobufField.write(fields);
  }

  private static void set(ProtobufField number, Random random) {
    if (number.isVarint()) {
      number.content = ProtobufField.varint(Lies.number(random));
    }
  }

  private static ProtobufField choose(
      List<ProtobufField> fields, ProtobufField otherwise, Random random) {
    return fields.isEmpty() ? otherwise : fields.get(random.nextInt(fields.size()));
  }

  private static boolean isText(byte[] bytes) {
    for (byte value : bytes) {
      if (value < ' ') {
        return false;
      }
    }
    return bytes.length > 0 && bytes.length < 200;
  }
}
