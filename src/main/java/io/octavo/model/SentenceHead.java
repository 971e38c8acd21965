package io.octavo.model;

import io.octavo.kernel.Activation;
import io.octavo.layer.FloatLinear;
import io.octavo.normalize.LayerNorm;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.WeightMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a pooled vector: sentence-transformers' modules behind Pooling, one after the
 * other. Safe for any number of threads; usable as long as the memory its weights were put in.
 */
public final class SentenceHead {
  private final int inputs;
  private final int outputs;
  private final List<Step> steps;

  private SentenceHead(Builder builder) {
    inputs = builder.inputs;
    outputs = builder.width;
    steps = List.copyOf(builder.steps);
  }

  /** One of the steps. */
  public sealed interface Step {
    /** The vector behind this step; may be the one before it, overwritten. */
    float[] apply(float[] vector);
  }

  /**
   * A linear layer, {@code y = activation(W x + b)}.
   *
   * @param linear the layer, in float32
   * @param activation null for none
   */
  public record Dense(FloatLinear linear, @Nullable Activation activation) implements Step {
    @Override
    public float[] apply(float[] vector) {
      float[] result = linear.forward(vector, 1);
      if (activation != null) {
        activation.apply(result);
      }
      return result;
    }
  }

  /**
   * A LayerNorm.
   *
   * @param norm the norm, with an epsilon of 1e-5
   */
  public record Norm(LayerNorm norm) implements Step {
    @Override
    public float[] apply(float[] vector) {
      float[] result = new float[vector.length];
      norm.apply(vector, 0, result, 0);
      return result;
    }
  }

  /** Scales to length 1; see {@link UnitLength}. */
  public record Normalize() implements Step {
    @Override
    public float[] apply(float[] vector) {
      UnitLength.apply(vector);
      return vector;
    }
  }

  /**
   * Keeps the first features.
   *
   * @param features how many
   */
  public record Truncate(int features) implements Step {
    @Override
    public float[] apply(float[] vector) {
      return Arrays.copyOf(vector, features);
    }
  }

  /** Begins with vectors of {@code inputs} features. */
  public static Builder builder(int inputs) {
    return new Builder(inputs);
  }

  /** The steps, in their order. */
  public List<Step> steps() {
    return steps;
  }

  /** Features of a pooled vector. */
  public int inputs() {
    return inputs;
  }

  /** Features of the result. */
  public int outputs() {
    return outputs;
  }

  /**
   * Runs the steps on the calling thread.
   *
   * @param pooled {@code [inputs]}; may be overwritten, and may be what is returned
   * @return {@code [outputs]}
   * @throws IllegalArgumentException if it has another length
   */
  public float[] apply(float[] pooled) {
    if (pooled.length != inputs) {
      throw new IllegalArgumentException(
          "A vector of " + pooled.length + " features; this head takes " + inputs);
    }
    float[] vector = pooled;
    for (Step step : steps) {
      vector = step.apply(vector);
    }
    return vector;
  }

  /** Takes the steps in their order. */
  public static final class Builder {
    /** PyTorch's default, which the library's LayerNorm module does not change. */
    private static final double NORM_EPSILON = 1e-5;

    private final int inputs;
    private final List<Step> steps = new ArrayList<>();
    private int width;

    private Builder(int inputs) {
      if (inputs < 1) {
        throw new IllegalArgumentException("A vector has at least 1 feature, not " + inputs);
      }
      this.inputs = inputs;
      this.width = inputs;
    }

    /**
     * A linear layer in float32: {@code y = activation(W x + b)}.
     *
     * @param weights {@code [outputs, inputs]}
     * @param bias {@code [outputs]} or null for none
     * @param activation null for none
     * @param memory where the weights go
     * @param team packs in parallel
     * @throws IllegalArgumentException if the vector has another length at this step
     * @throws io.octavo.error.InvalidInputException if a weight is not finite
     */
    public Builder dense(
        WeightMatrix weights,
        float @Nullable [] bias,
        @Nullable Activation activation,
        NativeMemory memory,
        Team team) {
      expect(weights.columns());
      FloatLinear linear = FloatLinear.pack(weights, bias, DType.F32, memory, team);
      steps.add(new Dense(linear, activation));
      width = linear.outputs();
      return this;
    }

    /** Scales to length 1; see {@link UnitLength}. */
    public Builder normalize() {
      steps.add(new Normalize());
      return this;
    }

    /**
     * A LayerNorm with an epsilon of 1e-5.
     *
     * @param gamma scale, as long as the vector at this step
     * @param beta shift, as long as that
     * @throws IllegalArgumentException if the lengths differ
     */
    public Builder layerNorm(float[] gamma, float[] beta) {
      expect(gamma.length);
      steps.add(new Norm(LayerNorm.of(gamma, beta, NORM_EPSILON)));
      return this;
    }

    /**
     * Keeps the first features.
     *
     * @param features how many, at least 1; all if there are no more
     */
    public Builder truncate(int features) {
      if (features < 1) {
        throw new IllegalArgumentException("A vector has at least 1 feature, not " + features);
      }
      if (features < width) {
        steps.add(new Truncate(features));
        width = features;
      }
      return this;
    }

    /** The head. */
    public SentenceHead build() {
      return new SentenceHead(this);
    }

    private void expect(int features) {
      if (features != width) {
        throw new IllegalArgumentException(
            "A step for " + features + " features behind one that gives " + width);
      }
    }
  }
}
