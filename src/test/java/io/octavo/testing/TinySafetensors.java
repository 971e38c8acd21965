package io.octavo.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Safetensors files written by hand, right or wrong: a header as it is given and a buffer. */
public final class TinySafetensors {
  private final List<String> fields = new ArrayList<>();
  private byte[] buffer = new byte[0];

  private TinySafetensors() {}

  /** A file of no tensors yet. */
  public static TinySafetensors file() {
    return new TinySafetensors();
  }

  /** A field of the header, such as {@code "a":{...}}. */
  public TinySafetensors field(String json) {
    fields.add(json);
    return this;
  }

  /** A tensor behind those before it; {@code shape} is JSON. */
  public TinySafetensors tensor(String name, String type, String shape, byte[] data) {
    int begin = buffer.length;
    buffer = concat(buffer, data);
    return field(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
            .formatted(name, type, shape, begin, buffer.length));
  }

  /** A tensor of type F32. */
  public TinySafetensors floats(String name, String shape, float... values) {
    return tensor(name, "F32", shape, bytes(values));
  }

  /** Bytes behind the tensors. */
  public TinySafetensors more(int bytes) {
    buffer = concat(buffer, new byte[bytes]);
    return this;
  }

  /** The file. */
  public byte[] bytes() {
    return bytes("{" + String.join(",", fields) + "}", buffer);
  }

  /** A file of that header and buffer. */
  public static byte[] bytes(String header, byte[] buffer) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + text.length + buffer.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(buffer)
        .array();
  }

  /** Floats as they stand in a file. */
  public static byte[] bytes(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }
}
