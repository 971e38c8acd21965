package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The graph of an ONNX file with its edges in both directions. */
final class OnnxGraph {
  /** Bound of every walk through nodes in a row; a damaged file may have cycles. */
  static final int LONGEST_WALK = 32;

  private final String source;
  private final List<OnnxNode> nodes;
  private final Map<String, OnnxTensor> initializers;
  private final List<String> outputs;
  private final Map<String, OnnxNode> byName = new HashMap<>();
  private final Map<String, OnnxNode> producers = new HashMap<>();
  private final Map<String, List<OnnxNode>> consumers = new HashMap<>();

  OnnxGraph(
      String source,
      List<OnnxNode> nodes,
      Map<String, OnnxTensor> initializers,
      List<String> outputs) {
    this.source = source;
    this.nodes = nodes;
    this.initializers = initializers;
    this.outputs = outputs;
    for (OnnxNode node : nodes) {
      byName.putIfAbsent(node.name(), node);
      for (String output : node.outputs()) {
        if (!output.isEmpty() && producers.put(output, node) != null) {
          throw new CheckpointException(
              source, "node " + node.name(), "a second node computes " + output);
        }
      }
      for (String input : node.inputs()) {
        List<OnnxNode> users = consumers.get(input);
        if (users == null) {
          users = new ArrayList<>(1);
          consumers.put(input, users);
        }
        users.add(node);
      }
    }
  }

  String source() {
    return source;
  }

  List<OnnxNode> nodes() {
    return nodes;
  }

  Map<String, OnnxTensor> initializers() {
    return initializers;
  }

  List<String> outputs() {
    return outputs;
  }

  /** The names of values that are constant: initializers and other names for them. */
  Set<String> constantNames() {
    Set<String> names = new LinkedHashSet<>(initializers.keySet());
    for (OnnxNode node : nodes) {
      // An exporter that merges equal tensors leaves such a node for each name it dropped.
      if (node.is("Identity") && initializers.containsKey(node.input(0))) {
        names.add(node.output());
      }
    }
    return names;
  }

  @Nullable OnnxNode node(String name) {
    return byName.get(name);
  }

  List<OnnxNode> consumers(String value) {
    return consumers.getOrDefault(value, List.of());
  }

  /** The node that computes a value, past nodes that leave values as they are. */
  @Nullable OnnxNode producer(String value) {
    return producers.get(origin(value));
  }

  /** The tensor behind a constant value; null if the value is computed. */
  @Nullable OnnxTensor constant(String value) {
    String origin = origin(value);
    OnnxTensor initializer = initializers.get(origin);
    if (initializer != null) {
      return initializer;
    }
    OnnxNode node = producers.get(origin);
    if (node == null || !node.is("Constant")) {
      return null;
    }
    for (OnnxNode.Attribute attribute : node.attributes().values()) {
      if (attribute.tensor() != null) {
        return attribute.tensor();
      }
    }
    return null;
  }

  /** A value before nodes that leave it as it is. */
  String origin(String value) {
    return origin(value, false);
  }

  /** A value before nodes that leave its numbers and their order as they are. */
  String flatOrigin(String value) {
    return origin(value, true);
  }

  private String origin(String value, boolean reshaped) {
    String origin = value;
    for (int i = 0; i < LONGEST_WALK; i++) {
      OnnxNode node = producers.get(origin);
      if (node == null || !origin.equals(node.output())) {
        return origin;
      }
      switch (node.operator()) {
        case "Identity", "Cast", "Dropout" -> origin = node.input(0);
        case "Reshape", "Squeeze", "Unsqueeze", "Flatten" -> {
          if (!reshaped) {
            return origin;
          }
          origin = node.input(0);
        }
        default -> {
          return origin;
        }
      }
    }
    return origin;
  }
}
