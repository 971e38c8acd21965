package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.tensor.WeightMatrix;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The tensors of a GGUF file by the names, and in the order, that the transformers library has. */
final class GgufTensors implements Checkpoint {
  private final GgufCheckpoint checkpoint;
  private final GgufArchitecture architecture;
  private final int heads;
  private final int keyHeads;

  /** The file's names by the library's; those that the library does not have stay as they are. */
  private final Map<String, String> names;

  /**
   * The tensors of a file.
   *
   * @param heads of queries
   * @param keyHeads of keys and values
   */
  GgufTensors(GgufCheckpoint checkpoint, GgufArchitecture architecture, int heads, int keyHeads) {
    this.checkpoint = checkpoint;
    this.architecture = architecture;
    this.heads = heads;
    this.keyHeads = keyHeads;
    Map<String, String> found = new LinkedHashMap<>();
    for (String name : checkpoint.names()) {
      String translated = architecture.names().translate(name);
      if (GgufConfig.TENSORS.contains(name)) {
        continue;
      }
      String other = found.put(translated == null ? name : translated, name);
      if (other != null) {
        throw new CheckpointException(
            checkpoint.source(), "tensor " + name, "stands for the same as tensor " + other);
      }
    }
    this.names = Collections.unmodifiableMap(found);
  }

  @Override
  public String source() {
    return checkpoint.source();
  }

  @Override
  public Set<String> names() {
    return names.keySet();
  }

  @Override
  public CheckpointTensor tensor(String name) {
    String stored = names.get(name);
    if (stored == null) {
      throw new CheckpointException(source(), "", "it holds no tensor for " + name);
    }
    CheckpointTensor restored = architecture.restore(checkpoint.tensor(stored), heads, keyHeads);
    return new CheckpointTensor(
        name,
        restored.type(),
        restored.shape(),
        restored.data(),
        restored.file(),
        restored.place(),
        restored.guard(),
        restored.form());
  }

  /** Rows of a tensor in each of some equal parts. */
  static int rows(CheckpointTensor tensor, int parts) {
    long rows = tensor.shape().isEmpty() ? 0 : tensor.shape().getFirst();
    if (rows < parts || rows % parts != 0 || rows > Integer.MAX_VALUE) {
      throw new CheckpointException(
          tensor.file(),
          tensor.place(),
          "has the shape " + tensor.shape() + ", whose rows are no " + parts + " equal parts");
    }
    return (int) (rows / parts);
  }

  /** A tensor with a view. */
  static CheckpointTensor seenAs(CheckpointTensor tensor, UnaryOperator<WeightMatrix> view) {
    return with(tensor, tensor.shape(), tensor.form().seenAs(view));
  }

  /** A matrix whose shape is that of the transpose. */
  static CheckpointTensor turned(CheckpointTensor tensor) {
    return with(tensor, tensor.shape().reversed(), tensor.form().turned());
  }

  private static CheckpointTensor with(CheckpointTensor tensor, List<Long> shape, TensorForm form) {
    return new CheckpointTensor(
        tensor.name(),
        tensor.type(),
        shape,
        tensor.data(),
        tensor.file(),
        tensor.place(),
        tensor.guard(),
        form);
  }

  @Override
  public int unsignedByte(String name) {
    return checkpoint.unsignedByte(name);
  }

  @Override
  public void check() {
    checkpoint.check();
  }

  @Override
  public CheckpointException fault(InternalError error) {
    return checkpoint.fault(error);
  }

  @Override
  public void close() {
    checkpoint.close();
  }
}
