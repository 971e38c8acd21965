package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.DType;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A GGUF file, version 2 or 3: tensors by ggml's names, in floating point or in blocks, and what
 * describes the model and its tokenizer. The header is read when it is opened; the tensors' memory
 * is not touched until somebody reads them.
 */
public final class GgufCheckpoint implements Checkpoint {
  /** How the names of such files end. */
  public static final String ENDING = ".gguf";

  private final OpenFile file;
  private final GgufHeader.Content header;

  private GgufCheckpoint(OpenFile file, GgufHeader.Content header) {
    this.file = file;
    this.header = header;
  }

  /**
   * Opens a file on disk.
   *
   * @throws CheckpointException as {@link #open(ModelSource, String)}
   */
  public static GgufCheckpoint open(Path path) {
    ModelSource source = ModelSource.of(path);
    String file = source.file();
    if (file == null) {
      throw new CheckpointException(path.toString(), "", "a directory, not a file");
    }
    return open(source, file);
  }

  /**
   * Opens a file of a source.
   *
   * @throws CheckpointException if it is absent, damaged or contradicts itself
   * @throws UnsupportedModelException if it is big-endian, or of another version
   */
  public static GgufCheckpoint open(ModelSource source, String file) {
    OpenFile open = source.openFile(file);
    boolean read = false;
    try {
      GgufHeader.Content header = GgufHeader.read(open.place(), open.segment());
      read = true;
      return new GgufCheckpoint(open, header);
    } catch (InternalError error) {
      throw open.fault(error);
    } finally {
      if (!read) {
        open.close();
      }
    }
  }

  /** What describes the model, by its keys; arrays can be read as long as the file is open. */
  Map<String, GgufValue> metadata() {
    return header.metadata();
  }

  @Override
  public String source() {
    return file.place();
  }

  @Override
  public Set<String> names() {
    return header.entries().keySet();
  }

  @Override
  public CheckpointTensor tensor(String name) {
    GgufEntry entry = header.entries().get(name);
    if (entry == null) {
      throw new CheckpointException(source(), "", "it holds no tensor " + name);
    }
    DType type = entry.type().storage();
    if (type == null) {
      throw new UnsupportedModelException(
          source(),
          entry.place()
              + " is of type "
              + entry.type()
              + "; F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K and Q6_K are read");
    }
    return new CheckpointTensor(
        name,
        type,
        entry.shape(),
        file.segment().asSlice(entry.begin(), entry.end() - entry.begin()),
        source(),
        entry.place(),
        file,
        TensorForm.of(entry.type().blocks()));
  }

  @Override
  public int unsignedByte(String name) {
    throw new CheckpointException(source(), "tensor " + name, "GGUF has no unsigned bytes");
  }

  @Override
  public void check() {
    file.check();
  }

  @Override
  public CheckpointException fault(InternalError error) {
    return file.fault(error);
  }

  @Override
  public void close() {
    file.close();
  }
}
