package io.octavo.testing;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.octavo.tensor.BFloat16;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An ONNX file whose weights hold only what bfloat16 can: each float32 number of its initializers
 * is rounded to the nearest in place, all else stays. ONNX Runtime runs it as any float model, so
 * it tells what the rounding alone costs.
 */
public final class BFloat16Onnx {
  private static final int GRAPH = 7;
  private static final int INITIALIZER = 5;
  private static final int DATA_TYPE = 2;
  private static final int RAW_DATA = 9;
  private static final int FLOAT = 1;

  private final ByteBuffer bytes;

  private BFloat16Onnx(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The file's bytes, rounded. */
  public static byte[] of(Path onnx) {
    try {
      byte[] bytes = Files.readAllBytes(onnx);
      BFloat16Onnx model = new BFloat16Onnx(bytes);
      model.each(
          CodedInputStream.newInstance(bytes),
          GRAPH,
          graph -> model.each(graph, INITIALIZER, model::initializer));
      return bytes;
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
  }

  @FunctionalInterface
  private interface Message {
    void read(CodedInputStream stream) throws IOException;
  }

  /** Walks the messages in a field, to the end of the message that has it. */
  private void each(CodedInputStream stream, int field, Message message) throws IOException {
    for (int tag = stream.readTag(); tag != 0; tag = stream.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == field) {
        int outer = stream.pushLimit(stream.readRawVarint32());
        message.read(stream);
        stream.popLimit(outer);
      } else {
        stream.skipField(tag);
      }
    }
  }

  private void initializer(CodedInputStream stream) throws IOException {
    int type = 0;
    int start = 0;
    int length = 0;
    for (int tag = stream.readTag(); tag != 0; tag = stream.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case DATA_TYPE -> type = stream.readInt32();
        case RAW_DATA -> {
          length = stream.readRawVarint32();
          start = stream.getTotalBytesRead();
          stream.skipRawBytes(length);
        }
        default -> stream.skipField(tag);
      }
    }
    // A single number belongs to the graph's arithmetic, not to the weights.
    if (type == FLOAT && length > Float.BYTES) {
      for (int at = start; at < start + length; at += Float.BYTES) {
        bytes.putFloat(at, BFloat16.toFloat(BFloat16.fromFloat(bytes.getFloat(at))));
      }
    }
  }
}
