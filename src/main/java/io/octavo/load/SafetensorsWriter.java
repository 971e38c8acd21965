package io.octavo.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.octavo.error.CheckpointException;
import io.octavo.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes tensors to a safetensors file. Wide types come first, as the format's own library sorts
 * them, and the header is filled up to a multiple of 8 bytes, so that each tensor is aligned to the
 * size of its numbers. The file appears under its name only once it is whole and on disk; whatever
 * fails, nothing is left behind, and a file that had the name before keeps it.
 */
public final class SafetensorsWriter {
  private static final int STEP = 1 << 16;
  private static final int ALIGNMENT = 8;

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** A writer of no tensors yet, with the metadata {@code format: pt} that readers ask for. */
  public SafetensorsWriter() {
    metadata.put("format", "pt");
  }

  /** Gives the numbers of a tensor. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes all numbers, row-major and little-endian, in pieces of any size.
     *
     * @param target takes exactly as many bytes as type and shape ask for
     * @throws IOException if {@code target} does
     */
    void write(OutputStream target) throws IOException;
  }

  private record Tensor(SafetensorsEntry entry, Content content) {
    long bytes() {
      return entry.end() - entry.begin();
    }
  }

  /** Adds a text to the metadata, or replaces one. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param name its name, which no other has
   * @param type how its numbers are stored
   * @param shape its dimensions, outermost first; empty for a scalar
   * @param content gives its numbers when the file is written
   */
  public SafetensorsWriter add(String name, DType type, List<Long> shape, Content content) {
    return add(name, SafetensorsType.of(type), shape, content);
  }

  /**
   * Adds a tensor whose numbers are in memory, which is read when the file is written.
   *
   * @param data its numbers, row-major and little-endian
   */
  public SafetensorsWriter add(String name, DType type, List<Long> shape, MemorySegment data) {
    return add(name, type, shape, target -> copy(data, target));
  }

  /** Adds a scalar of one unsigned byte, such as the reference library's {@code weight_format}. */
  public SafetensorsWriter addUnsignedByte(String name, int value) {
    if (value < 0 || value > 255) {
      throw new IllegalArgumentException(value + " is no unsigned byte");
    }
    return add(name, SafetensorsType.U8, List.of(), target -> target.write(value));
  }

  private SafetensorsWriter add(
      String name, SafetensorsType type, List<Long> shape, Content content) {
    long bytes = type.bits() / Byte.SIZE;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(name + " has the shape " + shape);
      }
      bytes = Math.multiplyExact(bytes, size);
    }
    Tensor tensor =
        new Tensor(new SafetensorsEntry(name, type, List.copyOf(shape), 0, bytes), content);
    if (name.equals(SafetensorsHeader.METADATA) || tensors.putIfAbsent(name, tensor) != null) {
      throw new IllegalArgumentException("There cannot be a second " + name);
    }
    return this;
  }

  private static void copy(MemorySegment data, OutputStream target) throws IOException {
    byte[] step = new byte[STEP];
    for (long offset = 0; offset < data.byteSize(); offset += STEP) {
      int count = (int) Math.min(STEP, data.byteSize() - offset);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, step, 0, count);
      target.write(step, 0, count);
    }
  }

  /**
   * Writes the file, through one of another name in the same folder.
   *
   * @throws CheckpointException if it cannot be written
   * @throws IllegalStateException if a tensor's content is of another length than its shape
   */
  public void write(Path file) {
    try {
      writeFile(file);
    } catch (IOException exception) {
      throw new CheckpointException(
          file.toString(), "", "cannot be written: " + exception, exception);
    }
  }

  /** As {@link #write}, with the exception as it is. */
  void writeFile(Path file) throws IOException {
    List<Tensor> sorted = new ArrayList<>(tensors.values());
    sorted.sort(
        Comparator.comparingInt((Tensor tensor) -> -tensor.entry().type().bits())
            .thenComparing(tensor -> tensor.entry().name()));
    try (NewFile target = NewFile.of(file)) {
      byte[] header = header(sorted);
      target.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .array());
      target.write(header);
      for (Tensor tensor : sorted) {
        long before = target.written();
        target.allow(tensor.bytes());
        tensor.content().write(target);
        if (target.written() - before != tensor.bytes()) {
          throw new IllegalStateException(
              "The content of "
                  + tensor.entry().name()
                  + " has "
                  + (target.written() - before)
                  + " bytes, its shape asks for "
                  + tensor.bytes());
        }
      }
      target.commit();
    }
  }

  private byte[] header(List<Tensor> sorted) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart(SafetensorsHeader.METADATA);
      for (Map.Entry<String, String> text : metadata.entrySet()) {
        json.writeStringField(text.getKey(), text.getValue());
      }
      json.writeEndObject();
      long offset = 0;
      for (Tensor tensor : sorted) {
        json.writeObjectFieldStart(tensor.entry().name());
        json.writeStringField("dtype", tensor.entry().type().name());
        json.writeFieldName("shape");
        long[] shape = tensor.entry().shape().stream().mapToLong(Long::longValue).toArray();
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {offset, offset + tensor.bytes()}, 0, 2);
        json.writeEndObject();
        offset += tensor.bytes();
      }
      json.writeEndObject();
    }
    int length = bytes.size();
    byte[] padded =
        Arrays.copyOf(bytes.toByteArray(), (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, length, padded.length, (byte) ' ');
    return padded;
  }
}
