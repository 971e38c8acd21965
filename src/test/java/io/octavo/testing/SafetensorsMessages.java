package io.octavo.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Encodes a safetensors file as its library does: the length of the header in 8 bytes, the header
 * in JSON padded with spaces to a multiple of 8, the data without gaps, wide types first and then
 * by name.
 */
final class SafetensorsMessages {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SafetensorsMessages() {}

  /**
   * A tensor as it is stored.
   *
   * @param name its name
   * @param type the format's name of its type, such as {@code BF16}
   * @param elementBytes bytes of an element
   * @param raw the elements in little-endian order
   * @param shape sizes
   */
  record Entry(String name, String type, int elementBytes, byte[] raw, int... shape) {}

  static byte[] file(List<Entry> tensors) {
    List<Entry> sorted = new ArrayList<>(tensors);
    sorted.sort(
        Comparator.comparing((Entry entry) -> -entry.elementBytes).thenComparing(Entry::name));
    ObjectNode header = JSON.createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (Entry entry : sorted) {
      ObjectNode description = header.putObject(entry.name).put("dtype", entry.type);
      description.set("shape", JSON.valueToTree(entry.shape));
      int begin = data.size();
      data.writeBytes(entry.raw);
      description.putArray("data_offsets").add(begin).add(data.size());
    }
    byte[] json = bytes(header);
    int padded = (json.length + 7) / 8 * 8;
    ByteBuffer file = ByteBuffer.allocate(8 + padded + data.size()).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded).put(json).put(" ".repeat(padded - json.length).getBytes(US_ASCII));
    return file.put(data.toByteArray()).array();
  }

  /** JSON without line breaks. */
  static byte[] bytes(ObjectNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }
}
