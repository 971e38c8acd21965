package io.octavo.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.octavo.error.CheckpointException;
import io.octavo.json.JsonDocument;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the header of a safetensors file: 8 bytes with its length, little-endian, and so many bytes
 * of JSON, which say of each tensor its type, its shape and where it is in the buffer that follows.
 * What is checked is what the format's own library checks: the tensors, in the order of their
 * offsets, fill the buffer from its first byte to its last, without overlap and without a hole.
 */
final class SafetensorsHeader {
  static final String METADATA = "__metadata__";

  /** The limit of the format's own library. */
  private static final long LONGEST = 100_000_000;

  /** Objects take more memory than the shortest of entries; models have some thousand tensors. */
  private static final int MOST_TENSORS = 1_000_000;

  private static final int MOST_METADATA = 100_000;
  private static final int HIGHEST_RANK = 32;
  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String file;
  private final Map<String, SafetensorsEntry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private boolean metadataRead;

  /**
   * What a header says.
   *
   * @param entries the tensors by name, in the order of their offsets
   * @param metadata the texts in {@code __metadata__}
   * @param buffer where the buffer with the tensors begins in the file
   */
  record Content(Map<String, SafetensorsEntry> entries, Map<String, String> metadata, long buffer) {
    /** Where a tensor is, for messages. */
    String place(SafetensorsEntry entry) {
      return "tensor " + entry.name() + " at byte offset " + (buffer + entry.begin());
    }
  }

  private SafetensorsHeader(String file) {
    this.file = file;
  }

  /**
   * Reads the header of the file that fills {@code segment}.
   *
   * @throws CheckpointException if it is damaged or contradicts the length of the file
   */
  static Content read(String file, MemorySegment segment) {
    long size = segment.byteSize();
    if (size < Long.BYTES) {
      throw new CheckpointException(
          file, "", "of " + size + " bytes, which is no safetensors file; it begins with 8");
    }
    long length = segment.get(LENGTH, 0);
    if (length < 0 || length > size - Long.BYTES || length > LONGEST) {
      throw new CheckpointException(
          file,
          "at byte offset 0",
          "a header of "
              + Long.toUnsignedString(length)
              + " bytes in a file of "
              + size
              + " (and at most "
              + LONGEST
              + "): cut short, or no safetensors file");
    }
    MemorySegment text = segment.asSlice(Long.BYTES, length);
    if (length == 0 || text.get(ValueLayout.JAVA_BYTE, 0) != '{') {
      throw new CheckpointException(
          file, "at byte offset 8", "the header is no JSON object: no safetensors file");
    }
    SafetensorsHeader header = new SafetensorsHeader(file);
    JsonDocument.read(
        file,
        new SegmentInputStream(text),
        parser -> {
          header.object(parser);
          return header;
        });
    long buffer = Long.BYTES + length;
    return new Content(header.inOrder(size - buffer), header.metadata, buffer);
  }

  private void object(JsonParser parser) throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      if (name.equals(METADATA)) {
        metadata(parser);
      } else if (entries.size() == MOST_TENSORS) {
        throw new CheckpointException(file, "", "holds more than " + MOST_TENSORS + " tensors");
      } else if (entries.put(name, entry(parser, name)) != null) {
        throw damaged(name, "stands in the header twice");
      }
    }
  }

  private void metadata(JsonParser parser) throws IOException {
    if (metadataRead) {
      throw new CheckpointException(file, METADATA, "stands in the header twice");
    }
    metadataRead = true;
    require(parser.currentToken() == JsonToken.START_OBJECT, METADATA, "should be an object");
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      String place = METADATA + "." + key;
      require(parser.nextToken() == JsonToken.VALUE_STRING, place, "should be a string");
      require(
          metadata.size() < MOST_METADATA, METADATA, "has more than " + MOST_METADATA + " texts");
      require(metadata.put(key, parser.getText()) == null, place, "stands there twice");
    }
  }

  private SafetensorsEntry entry(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw damaged(name, "should be described by an object");
    }
    String type = "";
    List<Long> shape = List.of();
    List<Long> offsets = List.of();
    List<String> seen = new ArrayList<>(3);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      if (seen.contains(field)) {
        throw damaged(name, "has two fields " + field);
      }
      seen.add(field);
      parser.nextToken();
      switch (field) {
        case "dtype" -> {
          if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw damaged(name, "has a dtype that is no string");
          }
          type = parser.getText();
        }
        case "shape" -> shape = sizes(parser, name, field, HIGHEST_RANK);
        case "data_offsets" -> offsets = sizes(parser, name, field, 2);
        default -> throw damaged(name, "has an unknown field " + field);
      }
    }
    if (seen.size() < 3 || offsets.size() != 2) {
      throw damaged(name, "should have a dtype, a shape and two data_offsets; it has " + seen);
    }
    SafetensorsType known = SafetensorsType.of(type);
    if (known == null) {
      throw damaged(name, "has the unknown dtype " + type);
    }
    SafetensorsEntry entry =
        new SafetensorsEntry(
            name, known, List.copyOf(shape), offsets.getFirst(), offsets.getLast());
    long needed = bytes(entry);
    if (entry.end() < entry.begin() || entry.end() - entry.begin() != needed) {
      throw damaged(
          name,
          "has the data_offsets "
              + offsets
              + "; "
              + shape
              + " of "
              + known
              + " needs "
              + needed
              + " bytes");
    }
    return entry;
  }

  private List<Long> sizes(JsonParser parser, String name, String field, int most)
      throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw damaged(name, "has a " + field + " that is no array");
    }
    List<Long> sizes = new ArrayList<>(4);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      boolean whole =
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT
              && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!whole || parser.getLongValue() < 0) {
        throw damaged(name, "has a " + field + " with something else than whole numbers from 0 on");
      }
      if (sizes.size() == most) {
        throw damaged(name, "has a " + field + " of more than " + most + " numbers");
      }
      sizes.add(parser.getLongValue());
    }
    return sizes;
  }

  /** Bytes that its type and shape ask for. */
  private long bytes(SafetensorsEntry entry) {
    try {
      long bits = entry.type().bits();
      for (long size : entry.shape()) {
        bits = Math.multiplyExact(bits, size);
      }
      if (bits % Byte.SIZE != 0) {
        throw damaged(entry.name(), entry.shape() + " of " + entry.type() + " is no whole bytes");
      }
      return bits / Byte.SIZE;
    } catch (ArithmeticException exception) {
      throw damaged(entry.name(), "has a shape that overflows: " + entry.shape());
    }
  }

  private Map<String, SafetensorsEntry> inOrder(long available) {
    List<SafetensorsEntry> sorted = new ArrayList<>(entries.values());
    sorted.sort(
        Comparator.comparingLong(SafetensorsEntry::begin).thenComparingLong(SafetensorsEntry::end));
    Map<String, SafetensorsEntry> ordered = LinkedHashMap.newLinkedHashMap(sorted.size());
    long end = 0;
    for (SafetensorsEntry entry : sorted) {
      if (entry.begin() != end) {
        throw damaged(
            entry.name(),
            "begins at byte "
                + entry.begin()
                + " of the buffer, but the tensors before it end at "
                + end);
      }
      end = entry.end();
      ordered.put(entry.name(), entry);
    }
    if (end != available) {
      throw new CheckpointException(
          file,
          "",
          "its tensors take "
              + end
              + " bytes, but "
              + available
              + " follow the header"
              + (available < end ? ": the file is cut short, get it again" : ""));
    }
    return ordered;
  }

  private void require(boolean met, String place, String problem) {
    if (!met) {
      throw new CheckpointException(file, place, problem);
    }
  }

  private CheckpointException damaged(String tensor, String problem) {
    return new CheckpointException(file, "tensor " + tensor, problem);
  }
}
