package io.octavo.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes GGUF files for tests, sound ones and others. */
public final class TinyGguf {
  private static final int ALIGNMENT = 32;

  private record Tensor(String name, int type, long[] shape, byte[] data) {}

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final List<Tensor> tensors = new ArrayList<>();
  private int metadataCount;
  private int version = 3;

  private TinyGguf() {}

  /** A file without anything in it. */
  public static TinyGguf file() {
    return new TinyGguf();
  }

  /** States another version. */
  public TinyGguf version(int stated) {
    version = stated;
    return this;
  }

  /** Adds a string. */
  public TinyGguf with(String key, String value) {
    return value(key, 8, out -> string(out, value));
  }

  /** Adds a uint32. */
  public TinyGguf with(String key, int value) {
    return value(key, 4, out -> out.writeBytes(ints(value)));
  }

  /** Adds a float32. */
  public TinyGguf with(String key, float value) {
    return value(key, 6, out -> out.writeBytes(ints(Float.floatToRawIntBits(value))));
  }

  /** Adds a Boolean. */
  public TinyGguf with(String key, boolean value) {
    return value(key, 7, out -> out.write(value ? 1 : 0));
  }

  /** Adds an array of strings. */
  public TinyGguf with(String key, List<String> values) {
    return array(key, 8, values.size(), out -> values.forEach(value -> string(out, value)));
  }

  /** Adds an array of int32. */
  public TinyGguf with(String key, int... values) {
    return array(key, 5, values.length, out -> out.writeBytes(ints(values)));
  }

  /** Adds an array of float32. */
  public TinyGguf with(String key, float... values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return array(key, 6, values.length, out -> out.writeBytes(ints(bits)));
  }

  /** Adds an array that says what it is and how long, with whatever is written behind. */
  public TinyGguf array(
      String key, int kind, long count, Consumer<ByteArrayOutputStream> elements) {
    return value(
        key,
        9,
        out -> {
          out.writeBytes(ints(kind));
          out.writeBytes(longs(count));
          elements.accept(out);
        });
  }

  /** Adds a value that says what it is. */
  public TinyGguf value(String key, int kind, Consumer<ByteArrayOutputStream> value) {
    string(metadata, key);
    metadata.writeBytes(ints(kind));
    value.accept(metadata);
    metadataCount++;
    return this;
  }

  /** Adds a tensor of float32; the shape is the file's, innermost first. */
  public TinyGguf floats(String name, long[] shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return tensor(name, 0, shape, bytes.array());
  }

  /** Adds a tensor of any type; the shape is the file's, innermost first. */
  public TinyGguf tensor(String name, int type, long[] shape, byte[] data) {
    tensors.add(new Tensor(name, type, shape, data));
    return this;
  }

  /** The file. */
  public byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(ints(version));
    out.writeBytes(longs(tensors.size(), metadataCount));
    out.writeBytes(metadata.toByteArray());
    long offset = 0;
    for (Tensor tensor : tensors) {
      string(out, tensor.name);
      out.writeBytes(ints(tensor.shape.length));
      out.writeBytes(longs(tensor.shape));
      out.writeBytes(ints(tensor.type));
      out.writeBytes(longs(offset));
      offset += (tensor.data.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    for (Tensor tensor : tensors) {
      while (out.size() % ALIGNMENT != 0) {
        out.write(0);
      }
      out.writeBytes(tensor.data);
    }
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(longs(bytes.length));
    out.writeBytes(bytes);
  }

  /** Little-endian. */
  public static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }

  /** Little-endian. */
  public static byte[] longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return bytes.array();
  }
}
