package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;

/**
 * An ONNX file and its external data. The graph is read when it is opened; the tensors' memory is
 * not touched until somebody reads them.
 */
public final class OnnxCheckpoint implements Checkpoint {
  private final OpenFile file;
  private final OnnxExternalData external;
  private final OnnxGraph graph;

  private OnnxCheckpoint(OpenFile file, OnnxExternalData external, OnnxGraph graph) {
    this.file = file;
    this.external = external;
    this.graph = graph;
  }

  /**
   * Opens a file on disk.
   *
   * @throws CheckpointException if it, or a file of external data, is absent, damaged or
   *     contradicts itself
   */
  public static OnnxCheckpoint open(Path path) {
    ModelSource source = ModelSource.of(path);
    String file = source.file();
    if (file == null) {
      throw new CheckpointException(path.toString(), "", "a directory, not a file");
    }
    return open(source, file);
  }

  /**
   * Opens a file of a source; external data is looked for beside it.
   *
   * @param file its name, such as {@code onnx/model.onnx}
   * @throws CheckpointException if it, or a file of external data, is absent, damaged or
   *     contradicts itself
   */
  public static OnnxCheckpoint open(ModelSource source, String file) {
    OpenFile model = source.openFile(file);
    OnnxExternalData external = new OnnxExternalData(source, file);
    boolean opened = false;
    try {
      OnnxGraph graph = OnnxReader.read(source.place(file), model.segment(), external);
      opened = true;
      return new OnnxCheckpoint(model, external, graph);
    } catch (InternalError error) {
      throw model.fault(error);
    } finally {
      if (!opened) {
        external.close();
        model.close();
      }
    }
  }

  OnnxGraph graph() {
    return graph;
  }

  @Override
  public String source() {
    return graph.source();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(graph.initializers().keySet());
  }

  @Override
  public CheckpointTensor tensor(String name) {
    OnnxTensor tensor = find(name);
    return new CheckpointTensor(
        name,
        tensor.storage(source()),
        tensor.shape(),
        tensor.data(),
        source(),
        tensor.place(),
        this);
  }

  @Override
  public int unsignedByte(String name) {
    OnnxTensor tensor = find(name);
    if (tensor.type() != OnnxType.UINT8 || tensor.elements() != 1) {
      throw new CheckpointException(
          source(),
          tensor.place(),
          "should be one number of type UINT8, and is " + tensor.shape() + " of " + tensor.type());
    }
    return Byte.toUnsignedInt(tensor.data().get(ValueLayout.JAVA_BYTE, 0));
  }

  private OnnxTensor find(String name) {
    OnnxTensor tensor = graph.initializers().get(name);
    if (tensor == null) {
      throw new CheckpointException(source(), "", "it holds no tensor " + name);
    }
    return tensor;
  }

  @Override
  public void check() {
    file.check();
    for (OpenFile data : external.files()) {
      data.check();
    }
  }

  @Override
  public CheckpointException fault(InternalError error) {
    for (OpenFile data : external.files()) {
      data.check();
    }
    return file.fault(error);
  }

  @Override
  public void close() {
    external.close();
    file.close();
  }
}
