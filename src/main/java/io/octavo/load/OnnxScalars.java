package io.octavo.load;

import org.jspecify.annotations.Nullable;

/** Evaluates the few nodes with which exporters compute the scale of an attention. */
final class OnnxScalars {
  private final OnnxGraph graph;
  private final double lastAxis;

  /**
   * An evaluator.
   *
   * @param lastAxis the size of the last axis wherever the graph asks for a shape
   */
  OnnxScalars(OnnxGraph graph, double lastAxis) {
    this.graph = graph;
    this.lastAxis = lastAxis;
  }

  /** A value; NaN if it is no scalar or depends on the model's input. */
  double evaluate(String value) {
    return evaluate(value, 0);
  }

  private double evaluate(String value, int depth) {
    if (depth > OnnxGraph.LONGEST_WALK / 2) {
      return Double.NaN;
    }
    OnnxTensor constant = graph.constant(value);
    if (constant != null) {
      return constant.scalar();
    }
    OnnxNode node = graph.producer(value);
    if (node == null) {
      return Double.NaN;
    }
    return switch (node.operator()) {
      case "Squeeze", "Unsqueeze", "Reshape" -> evaluate(node.input(0), depth + 1);
      case "Sqrt" -> Math.sqrt(evaluate(node.input(0), depth + 1));
      case "Reciprocal" -> 1 / evaluate(node.input(0), depth + 1);
      case "Div" -> {
        double divisor = evaluate(node.input(1), depth + 1);
        yield Double.isNaN(divisor) ? divisor : evaluate(node.input(0), depth + 1) / divisor;
      }
      case "Mul" -> {
        double factor = evaluate(node.input(1), depth + 1);
        yield Double.isNaN(factor) ? factor : evaluate(node.input(0), depth + 1) * factor;
      }
      case "Gather", "Slice" -> isLastAxis(node) ? lastAxis : Double.NaN;
      default -> Double.NaN;
    };
  }

  private boolean isLastAxis(OnnxNode node) {
    @Nullable OnnxNode shape = graph.producer(node.input(0));
    OnnxTensor index = graph.constant(node.input(1));
    return shape != null
        && shape.is("Shape")
        && index != null
        && (index.scalar() == -1 || index.scalar() == 3);
  }
}
