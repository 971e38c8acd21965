package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.load.pass.Materialization;
import io.octavo.load.pass.PassStep;
import io.octavo.load.pass.SigmaReparam;
import io.octavo.load.pass.Weights;
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
  private final List<PassStep> changes;

  private TensorRoles(
      Checkpoint checkpoint, String prefix, Set<String> used, List<PassStep> changes) {
    this.checkpoint = checkpoint;
    this.prefix = prefix;
    this.used = used;
    this.changes = changes;
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
    return new TensorRoles(checkpoint, prefixes.getFirst(), new HashSet<>(), new ArrayList<>());
  }

  /** The tensors of modules beside the model, such as a head: their names have no prefix. */
  TensorRoles beside() {
    return new TensorRoles(checkpoint, "", used, changes);
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

  /** The transpose {@code [rows, columns]} of a table {@code [columns, rows]}. */
  WeightMatrix matrixByColumns(String name, int rows, int columns) {
    return tensor(name, List.of((long) columns, (long) rows)).matrixByColumns(rows, columns);
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
    return new LinearWeights(
        matrixByColumns(name + ".weight", outputs, inputs), vector(name + ".bias", outputs));
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

  /**
   * {@code name.weight} and {@code name.bias} of a norm of fixed scale, and the mean squares that
   * training left for it.
   *
   * @param statistic the name of their tensor
   * @param shape the shape of that, {@code width} in all
   * @throws CheckpointException if it is missing, or does not hold what a training leaves: numbers
   *     above zero, and not ones alone, with which it begins
   */
  NormWeights fixedNorm(String name, int width, String statistic, List<Long> shape) {
    CheckpointTensor tensor = tensor(name + "." + statistic, shape);
    float[] meanSquares = tensor.vector(width);
    boolean trained = false;
    for (int i = 0; i < width; i++) {
      if (!(meanSquares[i] > 0 && meanSquares[i] <= Float.MAX_VALUE)) {
        throw new CheckpointException(
            tensor.file(),
            tensor.place(),
            "mean square " + i + " is " + meanSquares[i] + "; it should be above 0 and finite");
      }
      trained |= meanSquares[i] != 1f;
    }
    if (!trained) {
      throw new CheckpointException(
          tensor.file(),
          tensor.place(),
          "it holds ones alone, with which training begins: the statistics of the training are"
              + " missing");
    }
    NormWeights affine = norm(name, width);
    return new NormWeights(affine.gamma(), affine.beta(), meanSquares);
  }

  /**
   * A linear layer whose weights are reparametrized by sigmaReparam, as those of a forward pass.
   *
   * @throws CheckpointException if what it needs is missing, or its spectral norm is zero
   */
  LinearWeights sigmaReparam(String name, int outputs, int inputs) {
    float sigma = vector(name + ".sigma", 1)[0];
    float[] u = vector(name + ".spectral_normed_weight.u", inputs);
    CheckpointTensor tensor = tensor(name + ".weight", List.of((long) outputs, (long) inputs));
    try {
      WeightMatrix weight =
          new SigmaReparam(sigma, WideNumbers.of(u))
              .effective(Weights.of(tensor.matrix(outputs, inputs)))
              .toMatrix();
      changes.add(
          new PassStep(
              new Materialization().title(),
              prefix + name,
              SigmaReparam.class.getSimpleName() + " computed"));
      return new LinearWeights(weight, vector(name + ".bias", outputs));
    } catch (InvalidInputException exception) {
      throw new CheckpointException(
          tensor.file(), tensor.place(), String.valueOf(exception.getMessage()), exception);
    }
  }

  /** What had to be done to weights before a forward pass can use them, in order. */
  List<PassStep> changes() {
    return List.copyOf(changes);
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
