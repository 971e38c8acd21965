package io.octavo.testing;

import io.octavo.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Encodes the initializers of {@link TinyOnnx}. */
final class TinyTensors {
  /** How numbers are encoded. */
  enum Encoding {
    RAW,
    PACKED,
    UNPACKED,
    EXTERNAL
  }

  private final DType type;
  private final Encoding encoding;
  private final String location;
  private final ByteArrayOutputStream external = new ByteArrayOutputStream();
  private final List<byte[]> encoded = new ArrayList<>();

  TinyTensors(DType type, Encoding encoding, String location) {
    this.type = type;
    this.encoding = encoding;
    this.location = location;
  }

  List<byte[]> encoded() {
    return encoded;
  }

  /** Writes the external file, if there is one. */
  void writeExternal(Path model) {
    if (encoding == Encoding.EXTERNAL) {
      try {
        Files.write(model.resolveSibling(location), external.toByteArray());
      } catch (IOException exception) {
        throw new UncheckedIOException(exception);
      }
    }
  }

  void add(String name, float[] values, int missingBytes, long... dims) {
    byte[] all = bytes(type, values);
    byte[] raw = Arrays.copyOf(all, all.length - missingBytes);
    encoded.add(
        OnnxMessages.message(
            out -> {
              for (long dim : dims) {
                out.writeInt64(1, dim);
              }
              out.writeInt32(2, code());
              OnnxMessages.text(out, 8, name);
              switch (encoding) {
                case RAW -> out.writeByteArray(9, raw);
                case EXTERNAL -> {
                  // Some distance between tensors, so that offsets matter.
                  external.writeBytes(new byte[12]);
                  out.writeByteArray(13, OnnxMessages.pair("location", location));
                  out.writeByteArray(
                      13, OnnxMessages.pair("offset", String.valueOf(external.size())));
                  out.writeByteArray(13, OnnxMessages.pair("length", String.valueOf(raw.length)));
                  external.writeBytes(raw);
                  out.writeInt32(14, 1);
                }
                case PACKED -> {
                  if (type == DType.F32) {
                    out.writeByteArray(4, raw);
                  } else {
                    out.writeByteArray(
                        5,
                        OnnxMessages.message(
                            run -> {
                              for (int code : shorts(raw)) {
                                run.writeInt32NoTag(code);
                              }
                            }));
                  }
                }
                case UNPACKED -> {
                  if (type == DType.F32) {
                    for (float value : values) {
                      out.writeFloat(4, value);
                    }
                  } else {
                    for (int code : shorts(raw)) {
                      out.writeInt32(5, code);
                    }
                  }
                }
              }
            }));
  }

  private int code() {
    return switch (type) {
      case F32 -> 1;
      case F16 -> 10;
      case BF16 -> 16;
      case I8 -> 3;
    };
  }

  /**
   * Random multiples of 1/256 below 1/2 around 0, or of 1/128 from 1/2 to 3/2 around 1: at most 8
   * significant bits, so that all types hold them exactly.
   */
  static float[] random(Random random, int count, int around) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          around == 0 ? (random.nextInt(255) - 127) / 256f : (random.nextInt(127) + 65) / 128f;
    }
    return numbers;
  }

  /** The numbers as checkpoints store them. */
  static byte[] bytes(DType type, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (type) {
        case F32 -> bytes.putFloat(value);
        case F16 -> bytes.putShort(Float.floatToFloat16(value));
        case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        case I8 -> bytes.put((byte) value);
      }
    }
    return bytes.array();
  }

  private static int[] shorts(byte[] raw) {
    ByteBuffer bytes = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    int[] codes = new int[raw.length / 2];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Short.toUnsignedInt(bytes.getShort());
    }
    return codes;
  }
}
