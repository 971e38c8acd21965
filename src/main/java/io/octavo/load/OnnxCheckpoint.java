package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;

/**
 * An ONNX file and its external data, mapped. The graph is read when it is opened; the tensors'
 * memory is not touched until somebody reads them.
 */
public final class OnnxCheckpoint implements Checkpoint {
  private final MappedFile file;
  private final OnnxExternalData external;
  private final OnnxGraph graph;

  private OnnxCheckpoint(MappedFile file, OnnxExternalData external, OnnxGraph graph) {
    this.file = file;
    this.external = external;
    this.graph = graph;
  }

  /**
   * Opens a file.
   *
   * @throws CheckpointException if it, or a file of external data, is absent, damaged or
   *     contradicts itself
   */
  public static OnnxCheckpoint open(Path path) {
    MappedFile file = MappedFile.open(path);
    OnnxExternalData external = new OnnxExternalData(path);
    boolean opened = false;
    try {
      OnnxGraph graph = OnnxReader.read(path.toString(), file.segment(), external);
      opened = true;
      return new OnnxCheckpoint(file, external, graph);
    } finally {
      if (!opened) {
        external.close();
        file.close();
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
    OnnxTensor tensor = graph.initializers().get(name);
    if (tensor == null) {
      throw new CheckpointException(source(), "", "it holds no tensor " + name);
    }
    return new CheckpointTensor(
        name, tensor.storage(source()), tensor.shape(), tensor.data(), tensor.place());
  }

  @Override
  public void close() {
    external.close();
    file.close();
  }
}
