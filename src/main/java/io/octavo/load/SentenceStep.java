package io.octavo.load;

import io.octavo.kernel.Activation;
import org.jspecify.annotations.Nullable;

/** What sentence-transformers does with a vector once it is pooled. */
public sealed interface SentenceStep {
  /** Features of the vector behind this step. */
  int outputs();

  /**
   * A linear layer, {@code y = activation(W x + b)}.
   *
   * @param inputs features of the vector before it
   * @param outputs features of the vector behind it
   * @param biased whether there is a bias
   * @param activation null for none
   * @param weights the safetensors file with {@link #WEIGHT}, {@code [outputs, inputs]}, and, if
   *     biased, {@link #BIAS}, {@code [outputs]}; for {@link ModelSource}
   */
  record Dense(
      int inputs, int outputs, boolean biased, @Nullable Activation activation, String weights)
      implements SentenceStep {
    /** The name of the tensor W. */
    public static final String WEIGHT = "linear.weight";

    /** The name of the tensor b. */
    public static final String BIAS = "linear.bias";
  }

  /**
   * Scales to length 1; a vector of zeros stays one.
   *
   * @param outputs features of the vector
   */
  record Normalize(int outputs) implements SentenceStep {}

  /**
   * A LayerNorm with PyTorch's epsilon of 1e-5.
   *
   * @param outputs features of the vector
   * @param weights the safetensors file with {@link #GAMMA} and {@link #BETA}, {@code [outputs]}
   *     each; for {@link ModelSource}
   */
  record LayerNorm(int outputs, String weights) implements SentenceStep {
    /** The name of the scale. */
    public static final String GAMMA = "norm.weight";

    /** The name of the shift. */
    public static final String BETA = "norm.bias";
  }

  /**
   * Keeps the first features.
   *
   * @param outputs how many
   */
  record Truncate(int outputs) implements SentenceStep {}
}
