package io.octavo.load;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer in a graph: MatMul and Add, or Gemm.
 *
 * @param name the layer's path in the exported module
 * @param weight its weight
 * @param byInputs whether the weight is stored {@code [inputs, outputs]}, not {@code [outputs,
 *     inputs]}
 * @param bias its bias
 * @param input the value it takes
 * @param output the value it gives, the bias added
 */
record OnnxLinear(
    String name,
    OnnxTensor weight,
    boolean byInputs,
    OnnxTensor bias,
    String input,
    String output) {

  /**
   * Finds the layer by the path of its node, by its bias, or by its weight: exporters rename what
   * they transpose.
   *
   * @param name such as {@code encoder.layer.0.attention.self.query}
   * @param missing where to say what was not found
   */
  static @Nullable OnnxLinear find(OnnxGraph graph, String name, List<String> missing) {
    OnnxNode product = product(graph, name);
    if (product == null) {
      missing.add(name + ".weight (no MatMul or Gemm of that name, nor one beside its bias)");
      if (graph.constant(name + ".bias") == null) {
        missing.add(name + ".bias");
      }
      return null;
    }
    boolean byInputs = product.integer("transB", 0) == 0;
    OnnxTensor weight = graph.constant(product.input(1));
    OnnxNode transpose = graph.producer(product.input(1));
    if (weight == null && transpose != null && isTranspose(transpose)) {
      weight = graph.constant(transpose.input(0));
      byInputs = !byInputs;
    }
    if (weight == null) {
      missing.add(name + ".weight (" + product.input(1) + " is no constant of the graph)");
    }
    String biasName = product.is("Gemm") ? product.input(2) : "";
    String output = product.output();
    if (biasName.isEmpty()) {
      OnnxNode add = consumer(graph, output, "Add");
      if (add != null) {
        biasName = add.otherInput(output);
        output = add.output();
      }
    }
    OnnxTensor bias = graph.constant(biasName);
    if (bias == null) {
      missing.add(name + ".bias");
    }
    return weight == null || bias == null
        ? null
        : new OnnxLinear(name, weight, byInputs, bias, product.input(0), output);
  }

  /** The first consumer with that operator. */
  static @Nullable OnnxNode consumer(OnnxGraph graph, String value, String operator) {
    for (OnnxNode node : graph.consumers(value)) {
      if (node.is(operator)) {
        return node;
      }
    }
    return null;
  }

  private static @Nullable OnnxNode product(OnnxGraph graph, String name) {
    String path = "/" + name.replace('.', '/').replace("/layer/", "/layer.");
    OnnxNode node = graph.node(path + "/MatMul");
    if (isProduct(node)) {
      return node;
    }
    node = graph.node(path + "/Gemm");
    if (isProduct(node)) {
      return node;
    }
    for (OnnxNode user : graph.consumers(name + ".bias")) {
      OnnxNode product = user.is("Add") ? graph.producer(user.otherInput(name + ".bias")) : user;
      if (isProduct(product)) {
        return product;
      }
    }
    for (OnnxNode user : graph.consumers(name + ".weight")) {
      List<OnnxNode> products = isTranspose(user) ? graph.consumers(user.output()) : List.of(user);
      for (OnnxNode product : products) {
        if (isProduct(product)) {
          return product;
        }
      }
    }
    return null;
  }

  private static boolean isProduct(@Nullable OnnxNode node) {
    return node != null
        && (node.is("MatMul")
            || (node.is("Gemm")
                && node.integer("transA", 0) == 0
                && node.number("alpha", 1) == 1
                && node.number("beta", 1) == 1));
  }

  private static boolean isTranspose(OnnxNode node) {
    long[] order = node.ints("perm");
    return node.is("Transpose")
        && (order == null || order.length == 0 || (order.length == 2 && order[0] == 1));
  }
}
