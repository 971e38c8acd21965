package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code TensorProto}. Numbers in {@code raw_data}, in one packed run of {@code float_data}
 * or in another file stay where they are; other encodings are decoded to the heap.
 */
final class OnnxTensorReader {
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int FLOAT_DATA = 4;
  private static final int INT32_DATA = 5;
  private static final int INT64_DATA = 7;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int EXTERNAL = 1;

  private static final int HIGHEST_RANK = 32;
  private static final long SLACK = 16L << 20;
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String file;
  private final long largestAllocation;
  private final OnnxExternalData externalData;

  OnnxTensorReader(String file, long fileSize, OnnxExternalData externalData) {
    this.file = file;
    this.largestAllocation = Math.min(fileSize + SLACK, Integer.MAX_VALUE - Long.BYTES);
    this.externalData = externalData;
  }

  /** What a first walk over the message finds. */
  private static final class Header {
    private final List<Long> dims = new ArrayList<>();
    private final Map<String, String> external = new HashMap<>();
    private OnnxType type = OnnxType.OTHER;
    private String name = "";
    private @Nullable MemorySegment raw;
    private @Nullable MemorySegment packedFloats;
    private int typedField;
    private int typedRuns;
    private boolean isExternal;
    private long dataOffset;

    /** Where it is, for messages. */
    String place() {
      return "tensor " + name + " at byte offset " + dataOffset;
    }
  }

  /** Reads the current field of {@code in}. */
  OnnxTensor read(ProtobufReader in) throws IOException {
    MemorySegment message = in.bytes();
    long start = in.position() - message.byteSize();
    Header header = header(new ProtobufReader(file, message, start), start);
    List<Long> shape = List.copyOf(header.dims);
    if (header.type == OnnxType.OTHER) {
      return new OnnxTensor(
          header.name, header.type, shape, MemorySegment.NULL, header.dataOffset, "");
    }
    long size = size(header);
    if (header.isExternal) {
      OnnxExternalData.Slice slice = externalData.slice(header.external, size, header.place());
      return new OnnxTensor(
          header.name, header.type, shape, slice.data(), slice.offset(), slice.file());
    }
    MemorySegment data;
    if (header.raw != null) {
      data = header.raw;
    } else if (header.typedRuns == 1
        && header.packedFloats != null
        && header.type == OnnxType.FLOAT) {
      data = header.packedFloats;
    } else {
      data = decode(new ProtobufReader(file, message, start), header, size);
    }
    if (data.byteSize() != size) {
      throw contradiction(
          header,
          header.dims + " of " + header.type + " needs " + size + " bytes, not " + data.byteSize());
    }
    return new OnnxTensor(header.name, header.type, shape, data, header.dataOffset, "");
  }

  private Header header(ProtobufReader in, long start) throws IOException {
    Header header = new Header();
    header.dataOffset = start;
    while (in.next()) {
      switch (in.field()) {
        case DIMS -> dims(in, header);
        case DATA_TYPE -> header.type = OnnxType.of(in.varint());
        case NAME -> header.name = in.string();
        case RAW_DATA -> {
          MemorySegment raw = in.bytes();
          header.raw = raw;
          header.dataOffset = in.position() - raw.byteSize();
        }
        case FLOAT_DATA, INT32_DATA, INT64_DATA -> {
          header.typedField = in.field();
          header.typedRuns++;
          header.dataOffset = in.position();
          if (in.field() == FLOAT_DATA && in.isPacked()) {
            header.packedFloats = in.bytes();
          } else {
            in.skip();
          }
        }
        case EXTERNAL_DATA -> external(in, header);
        case DATA_LOCATION -> header.isExternal = in.varint() == EXTERNAL;
        default -> in.skip();
      }
    }
    return header;
  }

  private static void dims(ProtobufReader in, Header header) throws IOException {
    if (in.isPacked()) {
      int outer = in.enter();
      while (in.hasMore()) {
        dim(in, header);
      }
      in.leave(outer);
    } else {
      dim(in, header);
    }
  }

  private static void dim(ProtobufReader in, Header header) throws IOException {
    if (header.dims.size() == HIGHEST_RANK) {
      throw in.damaged("a tensor of more than " + HIGHEST_RANK + " dimensions");
    }
    header.dims.add(in.repeatedVarint());
  }

  private static void external(ProtobufReader in, Header header) throws IOException {
    int outer = in.enter();
    String key = "";
    String value = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> key = in.string();
        case 2 -> value = in.string();
        default -> in.skip();
      }
    }
    in.leave(outer);
    if (header.external.size() < HIGHEST_RANK) {
      header.external.put(key, value);
    }
  }

  /** Bytes that a tensor of those dimensions has. */
  private long size(Header header) {
    long size = header.type.bytes();
    for (long dim : header.dims) {
      if (dim < 0) {
        throw contradiction(header, "negative dimension in " + header.dims);
      }
      if (dim != 0 && size > Long.MAX_VALUE / dim) {
        throw contradiction(header, header.dims + " overflows");
      }
      size *= dim;
    }
    return size;
  }

  /** A second walk, now that type and size are known, for numbers that need decoding. */
  private MemorySegment decode(ProtobufReader in, Header header, long size) throws IOException {
    boolean fits =
        switch (header.typedField) {
          case 0 -> size == 0;
          case FLOAT_DATA -> header.type == OnnxType.FLOAT;
          case INT64_DATA -> header.type == OnnxType.INT64;
          default -> header.type.bytes() <= Integer.BYTES && header.type != OnnxType.FLOAT;
        };
    if (!fits) {
      throw contradiction(
          header,
          header.typedField == 0
              ? "its numbers are missing"
              : "numbers in field " + header.typedField + " are not of type " + header.type);
    }
    if (size > largestAllocation) {
      throw contradiction(
          header, header.dims + " of " + header.type + " is too large for this file");
    }
    MemorySegment target = MemorySegment.ofArray(new byte[(int) size]);
    long written = 0;
    while (in.next()) {
      if (in.field() != header.typedField) {
        in.skip();
      } else if (in.isPacked()) {
        int outer = in.enter();
        while (in.hasMore()) {
          written = number(in, header, target, written);
        }
        in.leave(outer);
      } else {
        written = number(in, header, target, written);
      }
    }
    return target.asSlice(0, written);
  }

  private long number(ProtobufReader in, Header header, MemorySegment target, long offset)
      throws IOException {
    int bytes = header.type.bytes();
    if (offset + bytes > target.byteSize()) {
      throw contradiction(header, "more numbers than " + header.dims + " holds");
    }
    if (header.typedField == FLOAT_DATA) {
      target.set(INT, offset, Float.floatToRawIntBits(in.repeatedFixed32()));
      return offset + bytes;
    }
    long value = in.repeatedVarint();
    switch (bytes) {
      case Byte.BYTES -> target.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
      case Short.BYTES -> target.set(SHORT, offset, (short) value);
      case Integer.BYTES -> target.set(INT, offset, (int) value);
      default -> target.set(LONG, offset, value);
    }
    return offset + bytes;
  }

  private CheckpointException contradiction(Header header, String problem) {
    return new CheckpointException(file, header.place(), problem);
  }
}
