package io.octavo.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes the messages of an ONNX file. */
final class OnnxMessages {
  static final int FLOAT = 1;
  static final int INT64 = 7;

  private OnnxMessages() {}

  /** Writes the fields of one message. */
  interface Fields {
    void write(ProtobufMessage out);
  }

  static byte[] message(Fields fields) {
    ProtobufMessage out = new ProtobufMessage();
    fields.write(out);
    return out.bytes();
  }

  static void text(ProtobufMessage out, int field, String text) {
    out.writeByteArray(field, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] pair(String key, String value) {
    return message(
        out -> {
          text(out, 1, key);
          text(out, 2, value);
        });
  }

  /** A model of operator set 17 with that graph. */
  static byte[] model(byte[] graph) {
    byte[] opset = message(out -> out.writeInt64(2, 17));
    return message(
        out -> {
          out.writeInt64(1, 8);
          text(out, 2, "tiny");
          out.writeByteArray(7, graph);
          out.writeByteArray(8, opset);
        });
  }

  /** A tensor with raw data. */
  static byte[] tensor(String name, int type, byte[] raw, long... dims) {
    return message(
        out -> {
          for (long dim : dims) {
            out.writeInt64(1, dim);
          }
          out.writeInt32(2, type);
          text(out, 8, name);
          out.writeByteArray(9, raw);
        });
  }

  static byte[] longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    return bytes.array();
  }

  static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  static byte[] node(
      String operator, String name, List<String> inputs, String output, byte[]... attributes) {
    return message(
        out -> {
          for (String input : inputs) {
            text(out, 1, input);
          }
          text(out, 2, output);
          text(out, 3, name);
          text(out, 4, operator);
          for (byte[] attribute : attributes) {
            out.writeByteArray(5, attribute);
          }
        });
  }

  static byte[] integer(String name, long value) {
    return message(
        out -> {
          text(out, 1, name);
          out.writeInt64(3, value);
          out.writeInt32(20, 2);
        });
  }

  static byte[] number(String name, float value) {
    return message(
        out -> {
          text(out, 1, name);
          out.writeFloat(2, value);
          out.writeInt32(20, 1);
        });
  }

  static byte[] word(String name, String value) {
    return message(
        out -> {
          text(out, 1, name);
          text(out, 4, value);
          out.writeInt32(20, 3);
        });
  }

  static byte[] integers(String name, long... values) {
    return message(
        out -> {
          text(out, 1, name);
          for (long value : values) {
            out.writeInt64(8, value);
          }
          out.writeInt32(20, 7);
        });
  }

  static byte[] value(byte[] tensor) {
    return message(
        out -> {
          text(out, 1, "value");
          out.writeByteArray(5, tensor);
          out.writeInt32(20, 4);
        });
  }

  /** An input or output of the graph with named dimensions. */
  static byte[] valueInfo(String name, int type, String... dims) {
    byte[] shape =
        message(
            out -> {
              for (String dim : dims) {
                out.writeByteArray(1, message(inner -> text(inner, 2, dim)));
              }
            });
    byte[] tensorType =
        message(
            out -> {
              out.writeInt32(1, type);
              out.writeByteArray(2, shape);
            });
    return message(
        out -> {
          text(out, 1, name);
          out.writeByteArray(2, message(inner -> inner.writeByteArray(1, tensorType)));
        });
  }
}
