package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Set;

/** One safetensors file: a whole model or a shard of one. */
final class SafetensorsFile implements AutoCloseable {
  private final OpenFile file;
  private final SafetensorsHeader.Content header;

  private SafetensorsFile(OpenFile file, SafetensorsHeader.Content header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Opens a file of a source and reads its header.
   *
   * @throws CheckpointException if it is absent or damaged
   */
  static SafetensorsFile open(ModelSource source, String name) {
    OpenFile file = source.openFile(name);
    boolean read = false;
    try {
      SafetensorsHeader.Content header = SafetensorsHeader.read(file.place(), file.segment());
      read = true;
      return new SafetensorsFile(file, header);
    } catch (InternalError error) {
      throw file.fault(error);
    } finally {
      if (!read) {
        file.close();
      }
    }
  }

  OpenFile file() {
    return file;
  }

  Set<String> names() {
    return header.entries().keySet();
  }

  Map<String, String> metadata() {
    return header.metadata();
  }

  CheckpointTensor tensor(String name) {
    SafetensorsEntry entry = find(name);
    DType type = entry.type().storage();
    if (type == null) {
      throw new UnsupportedModelException(
          file.place(),
          header.place(entry)
              + " is of type "
              + entry.type()
              + "; F32, F16 and BF16 are read, and I8 where there are its constants");
    }
    return new CheckpointTensor(
        name, type, entry.shape(), data(entry), file.place(), header.place(entry), file);
  }

  int unsignedByte(String name) {
    SafetensorsEntry entry = find(name);
    if (entry.type() != SafetensorsType.U8 || entry.end() - entry.begin() != 1) {
      throw new CheckpointException(
          file.place(),
          header.place(entry),
          "should be one number of type U8, and is " + entry.shape() + " of " + entry.type());
    }
    try {
      return Byte.toUnsignedInt(data(entry).get(ValueLayout.JAVA_BYTE, 0));
    } catch (InternalError error) {
      throw file.fault(error);
    }
  }

  private SafetensorsEntry find(String name) {
    SafetensorsEntry entry = header.entries().get(name);
    if (entry == null) {
      throw new CheckpointException(file.place(), "", "it holds no tensor " + name);
    }
    return entry;
  }

  private MemorySegment data(SafetensorsEntry entry) {
    return file.segment().asSlice(header.buffer() + entry.begin(), entry.end() - entry.begin());
  }

  @Override
  public void close() {
    file.close();
  }
}
