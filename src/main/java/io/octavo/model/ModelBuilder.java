package io.octavo.model;

import io.octavo.error.InvalidInputException;
import io.octavo.layer.Embedding;
import io.octavo.layer.FloatLinear;
import io.octavo.layer.Linear;
import io.octavo.layer.LinearFormat;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.WeightMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds a model's layers one tensor at a time and tells of each before it is read. */
final class ModelBuilder {
  private final LinearFormat format;
  private final NativeMemory memory;
  private final Team team;
  private final BuildProgress progress;
  private final int total;
  private int done;

  /**
   * A builder.
   *
   * @param format what becomes of linear layers
   * @param memory where weights go
   * @param team works in parallel
   * @param progress told of each tensor
   * @param total steps that there will be
   */
  ModelBuilder(
      LinearFormat format, NativeMemory memory, Team team, BuildProgress progress, int total) {
    this.format = format;
    this.memory = memory;
    this.team = team;
    this.progress = progress;
    this.total = total;
  }

  /** A table of rows, stored in {@code type}. */
  Embedding embedding(String role, WeightMatrix weights, DType type) {
    return step(role, () -> Embedding.store(weights, type, memory, team));
  }

  /** Linear layers with the same input on top of each other. */
  Linear linear(String role, List<LinearWeights> parts) {
    WeightMatrix stacked = WeightMatrix.stack(parts.stream().map(LinearWeights::weight).toList());
    float[] bias = bias(parts, stacked.rows());
    return step(role, () -> format.build(stacked, bias, memory, team));
  }

  /** A linear layer that is not quantized. */
  FloatLinear floatLinear(String role, LinearWeights weights, DType type) {
    return step(role, () -> FloatLinear.pack(weights.weight(), weights.bias(), type, memory, team));
  }

  /** Tells that everything is built. */
  void finish() {
    progress.step("", total, total);
  }

  private <T> T step(String role, Supplier<T> build) {
    progress.step(role, done++, total);
    try {
      return build.get();
    } catch (InvalidInputException exception) {
      throw new InvalidInputException(role + ": " + exception.getMessage());
    }
  }

  /** The biases on top of each other, zeros for a part without; null if none has any. */
  private static float @Nullable [] bias(List<LinearWeights> parts, int outputs) {
    List<float[]> biases = new ArrayList<>();
    boolean any = false;
    for (LinearWeights part : parts) {
      float[] bias = part.bias();
      any |= bias != null;
      biases.add(bias == null ? new float[part.weight().rows()] : bias);
    }
    if (!any) {
      return null;
    }
    float[] stacked = new float[outputs];
    int first = 0;
    for (float[] bias : biases) {
      System.arraycopy(bias, 0, stacked, first, bias.length);
      first += bias.length;
    }
    return stacked;
  }
}
