package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormWeights;
import io.octavo.tensor.DType;
import io.octavo.tensor.WeightMatrix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Hands out a checkpoint's tensors by the names that PyTorch modules give them, checks their
 * shapes, and remembers which were asked for.
 */
final class TensorRoles {
  private static final int MOST_SHOWN = 4;

  private final Checkpoint checkpoint;
  private final String prefix;
  private final Set<String> used;

  private TensorRoles(Checkpoint checkpoint, String prefix, Set<String> used) {
    this.checkpoint = checkpoint;
    this.prefix = prefix;
    this.used = used;
  }

  /**
   * The tensors of a model.
   *
   * @param marker the end of a name that one tensor of every such model has; what stands before it,
   *     such as {@code bert.}, precedes the names of all
   */
  static TensorRoles of(Checkpoint checkpoint, String marker) {
    List<String> prefixes = new ArrayList<>();
    for (String name : checkpoint.names()) {
      if (name.equals(marker) || name.endsWith("." + marker)) {
        prefixes.add(name.substring(0, name.length() - marker.length()));
      }
    }
    if (prefixes.size() != 1) {
      throw new UnsupportedModelException(
          checkpoint.source(),
          prefixes.isEmpty()
              ? "it holds no tensor " + marker + ", with or without a prefix"
              : "several models in one: tensors named "
                  + marker
                  + " behind "
                  + prefixes.subList(0, Math.min(MOST_SHOWN, prefixes.size())));
    }
    return new TensorRoles(checkpoint, prefixes.getFirst(), new HashSet<>());
  }

  /** The tensors of modules beside the model, such as a head: their names have no prefix. */
  TensorRoles beside() {
    return new TensorRoles(checkpoint, "", used);
  }

  /** What precedes the names of all, such as {@code bert.}; empty if nothing does. */
  String prefix() {
    return prefix;
  }

  /** Whether there is a tensor of that name behind the prefix. */
  boolean has(String name) {
    return checkpoint.names().contains(prefix + name);
  }

  /** Rows of a matrix, which no configuration states. */
  int rows(String name) {
    CheckpointTensor tensor = checkpoint.tensor(prefix + name);
    long rows = tensor.shape().isEmpty() ? 0 : tensor.shape().getFirst();
    if (rows < 1 || rows > Integer.MAX_VALUE) {
      throw new CheckpointException(
          tensor.file(), tensor.place(), "its shape is " + tensor.shape());
    }
    return (int) rows;
  }

  /** A table {@code [rows, columns]}. */
  WeightMatrix matrix(String name, int rows, int columns) {
    CheckpointTensor tensor = tensor(name, List.of((long) rows, (long) columns));
    return tensor.matrix(rows, columns);
  }

  /** A vector {@code [length]}, as float32. */
  float[] vector(String name, int length) {
    CheckpointTensor tensor = tensor(name, List.of((long) length));
    return FiniteNumbers.require(tensor.vector(length), tensor.file(), tensor.place());
  }

  /** {@code name.weight} and {@code name.bias} of a linear layer, which may be in int8. */
  LinearWeights linear(String name, int outputs, int inputs) {
    return new LinearWeights(linearWeight(name, outputs, inputs), vector(name + ".bias", outputs));
  }

  /** {@code name.weight} of a linear layer, which may be in int8. */
  LinearWeights linearWithoutBias(String name, int outputs, int inputs) {
    return new LinearWeights(linearWeight(name, outputs, inputs), null);
  }

  /**
   * A linear layer whose weight is stored as {@code [inputs, outputs]} (GPT-2's), unless it is in
   * int8.
   */
  LinearWeights linearByColumns(String name, int outputs, int inputs) {
    if (ReferenceInt8.isLinear(checkpoint, prefix + name)) {
      return linear(name, outputs, inputs);
    }
    CheckpointTensor tensor = tensor(name + ".weight", List.of((long) inputs, (long) outputs));
    WeightMatrix weight = tensor.matrixByColumns(outputs, inputs);
    return new LinearWeights(weight, vector(name + ".bias", outputs));
  }

  /** {@code name.weight} of a norm without a shift. */
  NormWeights scaleNorm(String name, int width) {
    return new NormWeights(vector(name + ".weight", width), null);
  }

  private WeightMatrix linearWeight(String name, int outputs, int inputs) {
    String module = prefix + name;
    if (!ReferenceInt8.isLinear(checkpoint, module)) {
      return matrix(name + ".weight", outputs, inputs);
    }
    used.addAll(ReferenceInt8.names(checkpoint, module));
    return ReferenceInt8.weights(checkpoint, module, outputs, inputs);
  }

  /** {@code name.weight} and {@code name.bias} of a LayerNorm, or gamma and beta in old files. */
  NormWeights norm(String name, int width) {
    boolean old = has(name + ".gamma");
    return new NormWeights(
        vector(name + (old ? ".gamma" : ".weight"), width),
        vector(name + (old ? ".beta" : ".bias"), width));
  }

  /** The tensors nobody asked for, in the checkpoint's order. */
  List<String> ignored() {
    return checkpoint.names().stream().filter(name -> !used.contains(name)).toList();
  }

  private CheckpointTensor tensor(String name, List<Long> shape) {
    CheckpointTensor tensor = checkpoint.tensor(prefix + name);
    used.add(tensor.name());
    if (!tensor.shape().equals(shape)) {
      throw new CheckpointException(
          tensor.file(),
          tensor.place(),
          "its shape is " + tensor.shape() + ", but the configuration asks for " + shape);
    }
    if (tensor.type() == DType.I8) {
      throw new CheckpointException(
          tensor.file(), tensor.place(), "int8 codes where numbers are expected");
    }
    return tensor;
  }
}
