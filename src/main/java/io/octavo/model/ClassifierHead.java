package io.octavo.model;

import io.octavo.kernel.Activation;
import io.octavo.layer.FloatLinear;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A classifier on the first token's output: {@code logits = W activation(D x + d) + b}, without the
 * inner layer where a model has none. It stays in float32: it is small, and LLM.int8()'s reference
 * library leaves heads alone as well.
 *
 * <p>Safe for any number of threads. It does not own its memory.
 */
public final class ClassifierHead {
  private final @Nullable FloatLinear dense;
  private final Activation activation;
  private final FloatLinear output;

  private ClassifierHead(@Nullable FloatLinear dense, Activation activation, FloatLinear output) {
    this.dense = dense;
    this.activation = activation;
    this.output = output;
  }

  /**
   * Builds the head.
   *
   * @param weights its tensors, in the checkpoint's memory
   * @param memory where they go
   * @param team packs in parallel
   */
  public static ClassifierHead build(ClassifierWeights weights, NativeMemory memory, Team team) {
    LinearWeights dense = weights.dense();
    return new ClassifierHead(
        dense == null ? null : pack(dense, memory, team),
        weights.activation(),
        pack(weights.output(), memory, team));
  }

  private static FloatLinear pack(LinearWeights weights, NativeMemory memory, Team team) {
    return FloatLinear.pack(weights.weight(), weights.bias(), DType.F32, memory, team);
  }

  /** The layer before the last, in float32, or null for none. */
  public @Nullable FloatLinear dense() {
    return dense;
  }

  /** The last layer, in float32. */
  public FloatLinear output() {
    return output;
  }

  /** Number of labels. */
  public int labels() {
    return output.outputs();
  }

  /**
   * The logits of a sequence.
   *
   * @param hidden token outputs, {@code [tokens, width]}
   * @param first the sequence's first token
   * @return {@code [labels]}
   */
  public float[] logits(float[] hidden, int first) {
    int width = dense == null ? output.inputs() : dense.inputs();
    float[] x = Arrays.copyOfRange(hidden, first * width, (first + 1) * width);
    if (dense != null) {
      x = dense.forward(x, 1);
      activation.apply(x);
    }
    return output.forward(x, 1);
  }
}
