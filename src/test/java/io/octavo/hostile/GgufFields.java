package io.octavo.hostile;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Where in a GGUF file's header what stands; as far as it is sound. */
final class GgufFields {
  private static final int STRING = 8;
  private static final int ARRAY = 9;
  private static final int[] BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  private static final int MOST = 10_000;

  /** Of 8 bytes: numbers of things, lengths, dimensions, offsets. */
  final List<Integer> counts = new ArrayList<>();

  /** Of 4 bytes: versions, kinds, types, ranks. */
  final List<Integer> kinds = new ArrayList<>();

  /** Plain values: where, and of how many bytes. */
  final List<int[]> values = new ArrayList<>();

  /** Strings: where their bytes are, and how many. */
  final List<int[]> strings = new ArrayList<>();

  private final ByteBuffer file;

  private GgufFields(byte[] bytes) {
    this.file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static GgufFields of(byte[] bytes) {
    GgufFields fields = new GgufFields(bytes);
    try {
      fields.read();
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      // What was found until there serves.
    }
    return fields;
  }

  private void read() {
    file.getInt();
    kind();
    long tensors = count();
    long values = count();
    for (long i = 0; i < Math.min(values, MOST); i++) {
      string();
      value(kind());
    }
    for (long i = 0; i < Math.min(tensors, MOST); i++) {
      string();
      int rank = kind();
      for (int axis = 0; axis < Math.min(rank, 4); axis++) {
        count();
      }
      kind();
      count();
    }
  }

  private long count() {
    counts.add(file.position());
    return file.getLong();
  }

  private int kind() {
    kinds.add(file.position());
    return file.getInt();
  }

  private void string() {
    int length = (int) Math.min(Integer.MAX_VALUE, count());
    strings.add(new int[] {file.position(), length});
    file.position(file.position() + length);
  }

  private void value(int kind) {
    if (kind == STRING) {
      string();
    } else if (kind == ARRAY) {
      int element = kind();
      long count = count();
      for (long i = 0; i < Math.min(count, MOST); i++) {
        value(element);
      }
    } else {
      values.add(new int[] {file.position(), BYTES[kind]});
      file.position(file.position() + BYTES[kind]);
    }
  }
}
