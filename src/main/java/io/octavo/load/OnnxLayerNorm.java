package io.octavo.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A LayerNorm in a graph, as one node or as the nodes of its definition.
 *
 * @param gamma its scale
 * @param beta its shift
 * @param epsilon what is added to the variance
 * @param input the value it takes
 * @param output the value it gives
 */
record OnnxLayerNorm(
    OnnxTensor gamma, OnnxTensor beta, double epsilon, String input, String output) {

  /**
   * Finds it by its scale, {@code <name>.weight} or {@code <name>.gamma}.
   *
   * @param missing where to say what was not found
   */
  static @Nullable OnnxLayerNorm find(OnnxGraph graph, String name, List<String> missing) {
    String gammaName = first(graph, name + ".weight", name + ".gamma");
    String betaName = first(graph, name + ".bias", name + ".beta");
    OnnxTensor gamma = graph.constant(gammaName);
    OnnxTensor beta = graph.constant(betaName);
    if (gamma == null) {
      missing.add(gammaName);
    }
    if (beta == null) {
      missing.add(betaName);
    }
    if (gamma == null || beta == null) {
      return null;
    }
    OnnxLayerNorm norm = null;
    for (OnnxNode node : graph.consumers(gammaName)) {
      if (node.is("LayerNormalization") && node.input(1).equals(gammaName)) {
        norm = fused(node, betaName, gamma, beta);
      } else if (node.is("Mul")) {
        norm = decomposed(graph, node, gammaName, betaName, gamma, beta);
      }
      if (norm != null) {
        return norm;
      }
    }
    missing.add(name + " (its weight and bias are there, the nodes and epsilon of it are not)");
    return null;
  }

  private static String first(OnnxGraph graph, String name, String olderName) {
    return graph.constant(name) == null && graph.constant(olderName) != null ? olderName : name;
  }

  private static @Nullable OnnxLayerNorm fused(
      OnnxNode node, String betaName, OnnxTensor gamma, OnnxTensor beta) {
    long axis = node.integer("axis", -1);
    if (!node.input(2).equals(betaName) || (axis != -1 && axis != 2)) {
      return null;
    }
    // Rounded as the attribute is, so that it agrees with the constant of a decomposed one.
    double epsilon = node.number("epsilon", 1e-5f);
    return new OnnxLayerNorm(gamma, beta, epsilon, node.input(0), node.output());
  }

  /** {@code (x - mean) / sqrt(variance + epsilon) * gamma + beta}. */
  private static @Nullable OnnxLayerNorm decomposed(
      OnnxGraph graph,
      OnnxNode scale,
      String gammaName,
      String betaName,
      OnnxTensor gamma,
      OnnxTensor beta) {
    OnnxNode shift = OnnxLinear.consumer(graph, scale.output(), "Add");
    OnnxNode divide = graph.producer(scale.otherInput(gammaName));
    if (shift == null
        || !shift.otherInput(scale.output()).equals(betaName)
        || divide == null
        || !divide.is("Div")) {
      return null;
    }
    OnnxNode centered = graph.producer(divide.input(0));
    OnnxNode root = graph.producer(divide.input(1));
    OnnxNode sum = root != null && root.is("Sqrt") ? graph.producer(root.input(0)) : null;
    if (centered == null || !centered.is("Sub") || sum == null || !sum.is("Add")) {
      return null;
    }
    OnnxTensor constant = graph.constant(sum.input(1));
    if (constant == null) {
      constant = graph.constant(sum.input(0));
    }
    double epsilon = constant == null ? Double.NaN : constant.scalar();
    return Double.isNaN(epsilon)
        ? null
        : new OnnxLayerNorm(gamma, beta, epsilon, centered.input(0), shift.output());
  }
}
