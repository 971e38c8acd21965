package io.octavo.testing;

import io.octavo.kernel.Activation;
import java.util.ArrayList;
import java.util.List;

/** The nodes of an ONNX graph in the making; each has one output, named after it. */
final class OnnxNodes {
  private final List<byte[]> nodes = new ArrayList<>();

  /** The nodes so far. */
  List<byte[]> encoded() {
    return nodes;
  }

  /** Adds a node of that output. */
  void add(String operator, String name, List<String> inputs, String output, byte[]... attributes) {
    nodes.add(OnnxMessages.node(operator, name, inputs, output, attributes));
  }

  /** Adds a node; its output, which is returned, has the name that exporters give. */
  String node(String operator, String name, List<String> inputs, byte[]... attributes) {
    add(operator, name, inputs, name + "_output_0", attributes);
    return name + "_output_0";
  }

  /** A vector of integers. */
  String constant(String name, long... numbers) {
    return value(name, OnnxMessages.INT64, OnnxMessages.longs(numbers), numbers.length);
  }

  /** An integer without dimensions. */
  String integer(String name, long number) {
    return value(name, OnnxMessages.INT64, OnnxMessages.longs(number));
  }

  /** A float without dimensions. */
  String scalar(String name, double number) {
    return value(name, OnnxMessages.FLOAT, OnnxMessages.floats((float) number));
  }

  private String value(String name, int type, byte[] raw, long... dims) {
    byte[] tensor = OnnxMessages.tensor("", type, raw, dims);
    return node("Constant", name, List.of(), OnnxMessages.value(tensor));
  }

  /** An activation in the form in which exporters write it. */
  String activation(Activation activation, String module, String x) {
    return switch (activation) {
      case GELU_ERF -> {
        String scaled =
            node("Div", module + "/Div", List.of(x, scalar(module + "/root", Math.sqrt(2))));
        String erf = node("Erf", module + "/Erf", List.of(scaled));
        String add = node("Add", module + "/Add", List.of(erf, scalar(module + "/unit", 1)));
        String mul = node("Mul", module + "/Mul", List.of(x, add));
        yield node("Mul", module + "/Mul_1", List.of(mul, scalar(module + "/half", 0.5)));
      }
      case GELU_TANH -> {
        String cube = node("Pow", module + "/Pow", List.of(x, scalar(module + "/three", 3)));
        String small =
            node("Mul", module + "/Mul", List.of(cube, scalar(module + "/cubic", 0.044715)));
        String add = node("Add", module + "/Add", List.of(x, small));
        String root = scalar(module + "/root", Math.sqrt(2 / Math.PI));
        String tanh =
            node(
                "Tanh",
                module + "/Tanh",
                List.of(node("Mul", module + "/Mul_1", List.of(add, root))));
        String one = node("Add", module + "/Add_1", List.of(tanh, scalar(module + "/unit", 1)));
        String half = node("Mul", module + "/Mul_2", List.of(x, scalar(module + "/half", 0.5)));
        yield node("Mul", module + "/Mul_3", List.of(half, one));
      }
      case QUICK_GELU -> {
        String scaled = node("Mul", module + "/Mul", List.of(x, scalar(module + "/quick", 1.702)));
        String sigmoid = node("Sigmoid", module + "/Sigmoid", List.of(scaled));
        yield node("Mul", module + "/Mul_1", List.of(x, sigmoid));
      }
      case SILU -> {
        String sigmoid = node("Sigmoid", module + "/Sigmoid", List.of(x));
        yield node("Mul", module + "/Mul", List.of(x, sigmoid));
      }
      case RELU -> node("Relu", module + "/Relu", List.of(x));
      default -> node("HardSwish", module + "/HardSwish", List.of(x));
    };
  }
}
