package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header of a GGUF file, version 2 or 3, little-endian (ggml's {@code docs/gguf.md}): the
 * four letters, the version, the numbers of tensors and of metadata, the metadata, and for each
 * tensor its name, shape, type and offset behind the header. Tensors may lie in any order and leave
 * holes; they may not overlap, and have to be whole.
 */
final class GgufHeader {
  private static final int MAGIC = 0x46554747;
  private static final int FIRST_VERSION = 2;
  private static final int LAST_VERSION = 3;

  /** ggml's. */
  private static final int HIGHEST_RANK = 4;

  private static final int LONGEST_NAME = 1 << 16;
  private static final int MOST_TENSORS = 1_000_000;
  private static final int MOST_METADATA = 100_000;
  private static final String ALIGNMENT = "general.alignment";
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int LARGEST_ALIGNMENT = 1 << 20;

  /** Key's length, kind, value of one byte. */
  private static final int LEAST_METADATA = 8 + 4 + 1;

  /** Name's length, rank, type, offset. */
  private static final int LEAST_TENSOR = 8 + 4 + 4 + 8;

  private final String file;
  private final GgufCursor cursor;

  /**
   * What a header says.
   *
   * @param metadata the values by their keys, in the order of the file
   * @param entries the tensors by name, in the order of the file
   */
  record Content(Map<String, GgufValue> metadata, Map<String, GgufEntry> entries) {}

  private GgufHeader(String file, MemorySegment segment) {
    this.file = file;
    this.cursor = new GgufCursor(file, segment, 0);
  }

  /**
   * Reads the header of the file that fills {@code segment}.
   *
   * @throws CheckpointException if it is damaged or contradicts the length of the file
   * @throws UnsupportedModelException if it is of another version, or big-endian
   */
  static Content read(String file, MemorySegment segment) {
    return new GgufHeader(file, segment).read(segment.byteSize());
  }

  private Content read(long size) {
    if (size < 2L * Integer.BYTES || cursor.readInt() != MAGIC) {
      throw new CheckpointException(
          file, "at byte offset 0", "does not begin with GGUF: no GGUF file");
    }
    int version = cursor.readInt();
    if (Integer.reverseBytes(version) >= 1 && Integer.reverseBytes(version) <= LAST_VERSION) {
      throw new UnsupportedModelException(
          file, "a big-endian GGUF file; convert it to little-endian (gguf_convert_endian.py)");
    }
    if (version < FIRST_VERSION || version > LAST_VERSION) {
      throw new UnsupportedModelException(
          file,
          "GGUF version " + Integer.toUnsignedString(version) + "; versions 2 and 3 are read");
    }
    long tensors = count("tensors", LEAST_TENSOR, MOST_TENSORS);
    long values = count("metadata", LEAST_METADATA, MOST_METADATA);
    Map<String, GgufValue> metadata = metadata(values);
    List<GgufEntry> relative = new ArrayList<>();
    for (long i = 0; i < tensors; i++) {
      relative.add(entry());
    }
    int alignment = alignment(metadata.get(ALIGNMENT));
    long data = (cursor.position() + alignment - 1) / alignment * alignment;
    return new Content(
        Collections.unmodifiableMap(metadata), placed(relative, data, alignment, size));
  }

  private long count(String what, int least, int most) {
    long count = cursor.readCount(what, least);
    if (count > most) {
      throw new CheckpointException(
          file, "", "holds " + count + " " + what + "; more than " + most + " are not read");
    }
    return count;
  }

  private Map<String, GgufValue> metadata(long count) {
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    for (long i = 0; i < count; i++) {
      String key = cursor.readString(LONGEST_NAME);
      GgufKind kind = GgufKind.read(cursor, key);
      Object value = kind == GgufKind.ARRAY ? GgufArray.read(cursor, key) : kind.read(cursor);
      GgufValue read = new GgufValue(file, key, value);
      if (metadata.put(key, read) != null) {
        throw read.damaged("stands there twice");
      }
    }
    return metadata;
  }

  private static int alignment(@Nullable GgufValue value) {
    if (value == null) {
      return DEFAULT_ALIGNMENT;
    }
    long alignment = value.integer();
    if (alignment < 1 || alignment > LARGEST_ALIGNMENT || Long.bitCount(alignment) != 1) {
      throw value.damaged("is " + alignment + ", which is no power of two up to 2^20");
    }
    return (int) alignment;
  }

  /** A tensor with its offset behind the header as its beginning. */
  private GgufEntry entry() {
    String name = cursor.readString(LONGEST_NAME);
    int rank = cursor.readInt();
    if (rank < 0 || rank > HIGHEST_RANK) {
      throw damaged(name, "has " + Integer.toUnsignedString(rank) + " dimensions; at most 4");
    }
    List<Long> shape = new ArrayList<>(rank);
    for (int i = 0; i < rank; i++) {
      shape.add(cursor.readLong());
    }
    int id = cursor.readInt();
    GgufType type = GgufType.of(id);
    if (type == null) {
      throw damaged(name, "has the unknown type " + Integer.toUnsignedString(id));
    }
    long offset = cursor.readLong();
    // The file has the innermost first.
    Collections.reverse(shape);
    long bytes = bytes(name, type, shape);
    if (offset < 0 || offset > Long.MAX_VALUE - bytes) {
      throw damaged(name, "has the offset " + Long.toUnsignedString(offset));
    }
    return new GgufEntry(name, type, List.copyOf(shape), offset, offset + bytes);
  }

  private long bytes(String name, GgufType type, List<Long> shape) {
    long row = shape.isEmpty() ? 1 : shape.getLast();
    if (row % type.numbers() != 0) {
      throw damaged(
          name, "has rows of " + row + " numbers, which are no whole blocks of " + type.numbers());
    }
    try {
      long numbers = 1;
      for (long size : shape) {
        if (size < 0) {
          throw damaged(name, "has the shape " + shape);
        }
        numbers = Math.multiplyExact(numbers, size);
      }
      return Math.multiplyExact(numbers / type.numbers(), type.bytes());
    } catch (ArithmeticException exception) {
      throw damaged(name, "has a shape that overflows: " + shape);
    }
  }

  private Map<String, GgufEntry> placed(
      List<GgufEntry> relative, long data, int alignment, long size) {
    Map<String, GgufEntry> entries = LinkedHashMap.newLinkedHashMap(relative.size());
    for (GgufEntry entry : relative) {
      if (entry.begin() % alignment != 0) {
        throw damaged(
            entry.name(),
            "has the offset " + entry.begin() + ", which is no multiple of " + alignment);
      }
      if (entry.end() > size - data) {
        throw damaged(
            entry.name(),
            "ends "
                + entry.end()
                + " bytes behind the header, where the file has "
                + Math.max(0, size - data)
                + ": it is cut short, get it again");
      }
      GgufEntry placed =
          new GgufEntry(
              entry.name(), entry.type(), entry.shape(), data + entry.begin(), data + entry.end());
      if (entries.put(entry.name(), placed) != null) {
        throw damaged(entry.name(), "stands in the header twice");
      }
    }
    requireApart(entries);
    return Collections.unmodifiableMap(entries);
  }

  private void requireApart(Map<String, GgufEntry> entries) {
    List<GgufEntry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(GgufEntry::begin).thenComparingLong(GgufEntry::end));
    for (int i = 1; i < sorted.size(); i++) {
      GgufEntry before = sorted.get(i - 1);
      if (sorted.get(i).begin() < before.end()) {
        throw damaged(sorted.get(i).name(), "overlaps tensor " + before.name());
      }
    }
  }

  private CheckpointException damaged(String tensor, String problem) {
    return new CheckpointException(file, "tensor " + tensor, problem);
  }
}
