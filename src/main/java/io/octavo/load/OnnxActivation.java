package io.octavo.load;

import io.octavo.kernel.Activation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognizes an element-wise function by its operators and constants. */
final class OnnxActivation {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double[] ERF_CONSTANTS = {Math.sqrt(2), SQRT_HALF, 1, 0.5};
  private static final double CUBIC = 0.044715;
  private static final double[] TANH_CONSTANTS = {0.5, 1, 3, CUBIC, Math.sqrt(2 / Math.PI)};
  private static final double QUICK = 1.702;
  private static final int MOST_NODES = 24;

  private final Set<String> operators = new HashSet<>();
  private final List<Double> constants = new ArrayList<>();
  private boolean tanhApproximation;

  private OnnxActivation() {}

  /** The function that makes {@code to} of {@code from}; null if it is not one of the known. */
  static @Nullable Activation between(OnnxGraph graph, String from, String to) {
    OnnxActivation found = new OnnxActivation();
    return found.collect(graph, graph.flatOrigin(from), to) ? found.recognize() : null;
  }

  /** Walks back over everything that {@code to} depends on; it must end in {@code from}. */
  private boolean collect(OnnxGraph graph, String from, String to) {
    Deque<String> open = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    open.add(graph.flatOrigin(to));
    while (!open.isEmpty()) {
      String value = open.remove();
      if (value.equals(from) || !seen.add(value)) {
        continue;
      }
      OnnxTensor constant = graph.constant(value);
      if (constant != null) {
        constants.add(constant.scalar());
        continue;
      }
      OnnxNode node = graph.producer(value);
      if (node == null || seen.size() > MOST_NODES) {
        return false;
      }
      operators.add(node.operator());
      tanhApproximation |= node.text("approximate", "none").equals("tanh");
      for (String input : node.inputs()) {
        open.add(graph.flatOrigin(input));
      }
    }
    return true;
  }

  private @Nullable Activation recognize() {
    if (operators.equals(Set.of("Gelu"))) {
      return tanhApproximation ? Activation.GELU_TANH : Activation.GELU_ERF;
    }
    if (operators.equals(Set.of("Relu"))) {
      return Activation.RELU;
    }
    if (operators.equals(Set.of("Tanh"))) {
      return Activation.TANH;
    }
    if (operators.equals(Set.of("Sigmoid"))) {
      return Activation.SIGMOID;
    }
    if (operators.equals(Set.of("Sigmoid", "Mul"))) {
      if (constants.isEmpty()) {
        return Activation.SILU;
      }
      return constants.size() == 1 && has(QUICK) ? Activation.QUICK_GELU : null;
    }
    if (operators.contains("Erf")
        && Set.of("Erf", "Div", "Mul", "Add").containsAll(operators)
        && (has(ERF_CONSTANTS[0]) || has(SQRT_HALF))
        && allAmong(ERF_CONSTANTS)) {
      return Activation.GELU_ERF;
    }
    if (operators.contains("Tanh")
        && Set.of("Tanh", "Pow", "Mul", "Add").containsAll(operators)
        && has(CUBIC)
        && allAmong(TANH_CONSTANTS)) {
      return Activation.GELU_TANH;
    }
    return null;
  }

  private boolean allAmong(double[] allowed) {
    for (double constant : constants) {
      boolean among = false;
      for (double number : allowed) {
        among |= isNear(constant, number);
      }
      if (!among) {
        return false;
      }
    }
    return true;
  }

  private boolean has(double number) {
    for (double constant : constants) {
      if (isNear(constant, number)) {
        return true;
      }
    }
    return false;
  }

  /** Equal as far as a number of 16 bits can tell; the known constants are further apart. */
  private static boolean isNear(double constant, double number) {
    return Math.abs(constant - number) < 0.004 * number;
  }
}
