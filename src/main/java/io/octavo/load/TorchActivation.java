package io.octavo.load;

import io.octavo.json.JsonValue;
import io.octavo.kernel.Activation;
import io.octavo.model.ScoreFunction;
import org.jspecify.annotations.Nullable;

/** Functions that sentence-transformers' files name by their Python class. */
final class TorchActivation {
  private static final String FUNCTIONS = "torch.nn.modules.activation.";
  private static final String IDENTITY = "torch.nn.modules.linear.Identity";

  private TorchActivation() {}

  /** An element-wise function with the class's default arguments; null for the identity. */
  static @Nullable Activation read(JsonValue value) {
    return switch (name(value)) {
      case "Identity" -> null;
      case "Tanh" -> Activation.TANH;
      case "ReLU" -> Activation.RELU;
      case "GELU" -> Activation.GELU_ERF;
      case "SiLU" -> Activation.SILU;
      case "Sigmoid" -> Activation.SIGMOID;
      default -> throw unsupported(value);
    };
  }

  /** What turns a classifier's outputs into scores. */
  static ScoreFunction readScores(JsonValue value) {
    return switch (name(value)) {
      case "Identity" -> ScoreFunction.NONE;
      case "Tanh" -> ScoreFunction.TANH;
      case "Sigmoid" -> ScoreFunction.SIGMOID;
      case "Softmax" -> ScoreFunction.SOFTMAX;
      default -> throw unsupported(value);
    };
  }

  /** The class of an element-wise function that {@link #read} knows; null is the identity. */
  static String name(@Nullable Activation activation) {
    return switch (activation) {
      case null -> IDENTITY;
      case TANH -> FUNCTIONS + "Tanh";
      case RELU -> FUNCTIONS + "ReLU";
      case GELU_ERF -> FUNCTIONS + "GELU";
      case SILU -> FUNCTIONS + "SiLU";
      case SIGMOID -> FUNCTIONS + "Sigmoid";
      case GELU_TANH, QUICK_GELU, RELU_SQUARED ->
          throw new IllegalArgumentException(activation + " has no class with default arguments");
    };
  }

  /** The class of what turns a classifier's outputs into scores. */
  static String name(ScoreFunction function) {
    return switch (function) {
      case NONE -> IDENTITY;
      case TANH -> FUNCTIONS + "Tanh";
      case SIGMOID -> FUNCTIONS + "Sigmoid";
      case SOFTMAX -> FUNCTIONS + "Softmax";
    };
  }

  /** {@code Tanh} of {@code torch.nn.modules.activation.Tanh} or {@code torch.nn.Tanh}. */
  private static String name(JsonValue value) {
    String type = value.string();
    if (!type.startsWith("torch.nn.")) {
      throw unsupported(value);
    }
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private static RuntimeException unsupported(JsonValue value) {
    return ConfigurationFile.unsupported(
        value, "activation function \"" + value.string() + "\" is not supported");
  }
}
