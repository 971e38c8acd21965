package io.octavo.testing;

import io.octavo.testing.TinyOnnx.Linears;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/** Builds the graph of {@link TinyOnnx}. */
final class TinyGraph {
  private final TinyOnnx options;
  private final TinyTensors tensors;
  private final Random random;
  private final Map<String, float[]> values = new LinkedHashMap<>();
  private final OnnxNodes nodes = new OnnxNodes();

  TinyGraph(TinyOnnx options, TinyTensors tensors) {
    this.options = options;
    this.tensors = tensors;
    this.random = new Random(options.seed);
  }

  Map<String, float[]> values() {
    return values;
  }

  byte[] message() {
    String last = body();
    return OnnxMessages.message(
        out -> {
          for (byte[] node : nodes.encoded()) {
            out.writeByteArray(1, node);
          }
          OnnxMessages.text(out, 2, "main_graph");
          for (byte[] tensor : tensors.encoded()) {
            out.writeByteArray(5, tensor);
          }
          out.writeByteArray(
              5,
              OnnxMessages.tensor(
                  options.prefix + "embeddings.position_ids",
                  OnnxMessages.INT64,
                  OnnxMessages.longs(LongStream.range(0, options.positions).toArray()),
                  1,
                  options.positions));
          for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
            out.writeByteArray(
                11, OnnxMessages.valueInfo(input, OnnxMessages.INT64, "batch", "tokens"));
          }
          out.writeByteArray(
              12, OnnxMessages.valueInfo(last, OnnxMessages.FLOAT, "batch", "tokens", "width"));
          if (options.pooler) {
            out.writeByteArray(
                12, OnnxMessages.valueInfo("pooled", OnnxMessages.FLOAT, "batch", "width"));
          }
        });
  }

  private String body() {
    constant("/zero", 0);
    constant("/one", 1);
    node("Shape", "/Shape", List.of("input_ids"));
    node("Gather", "/batch", List.of("/Shape_output_0", "/zero_output_0"));
    node("Gather", "/tokens", List.of("/Shape_output_0", "/one_output_0"));
    constant("/axes", 1, 2);
    node("Unsqueeze", "/mask", List.of("attention_mask", "/axes_output_0"));
    node("Cast", "/Cast", List.of("/mask_output_0"), OnnxMessages.integer("to", 1));
    scalar("/unit", 1);
    node("Sub", "/Sub", List.of("/unit_output_0", "/Cast_output_0"));
    scalar("/lowest", -Float.MAX_VALUE);
    node("Mul", "/Mul", List.of("/Sub_output_0", "/lowest_output_0"));

    String module = path("embeddings");
    table("embeddings.word_embeddings.weight", options.vocabulary);
    table("embeddings.position_embeddings.weight", options.positions);
    table("embeddings.token_type_embeddings.weight", options.tokenTypes);
    String ids = options.prefix + "embeddings.position_ids";
    String slice =
        options.countedPositions
            ? node("CumSum", module + "/CumSum", List.of("attention_mask", "/one_output_0"))
            : node(
                "Slice",
                module + "/Slice",
                List.of(ids, "/zero_output_0", "/tokens_output_0", "/one_output_0"));
    String word = gather(module, "word_embeddings", "input_ids");
    String tokenType = gather(module, "token_type_embeddings", "token_type_ids");
    String sum = node("Add", module + "/Add", List.of(word, tokenType));
    String position = gather(module, "position_embeddings", slice);
    String x = norm("embeddings", node("Add", module + "/Add_1", List.of(sum, position)));
    for (int layer = 0; layer < options.layers; layer++) {
      x = layer("encoder.layer." + layer, x);
    }
    if (options.pooler) {
      vector("pooler.dense.bias", options.width, 0);
      nodes.add("Add", "/pooler/Add", List.of(x, options.prefix + "pooler.dense.bias"), "pooled");
    }
    if (options.quantized) {
      node("DynamicQuantizeLinear", "/Quantize", List.of(x));
      node("MatMulInteger", "/MatMulInteger", List.of("/Quantize_output_0", x));
    }
    return x;
  }

  private String layer(String name, String x) {
    String self = name + ".attention.self";
    String module = path(self);
    String query = split(module, "query", linear(self + ".query", x, options.width, options.width));
    String key = split(module, "key", linear(self + ".key", x, options.width, options.width));
    String value = split(module, "value", linear(self + ".value", x, options.width, options.width));
    String q = transpose(module + "/Transpose", query, 0, 2, 1, 3);
    String k = transpose(module + "/Transpose_1", key, 0, 2, 3, 1);
    String v = transpose(module + "/Transpose_2", value, 0, 2, 1, 3);
    if (options.computedScale) {
      String root = computedRoot(module, q);
      q = node("Mul", module + "/Mul_q", List.of(q, root));
      k = node("Mul", module + "/Mul_k", List.of(k, root));
    }
    String scores = node("MatMul", module + "/MatMul", List.of(q, k));
    if (!options.computedScale) {
      double divisor =
          Double.isNaN(options.scale)
              ? Math.sqrt((double) options.width / options.heads)
              : options.scale;
      scores = node("Div", module + "/Div", List.of(scores, scalar(module + "/root", divisor)));
    }
    scores = node("Add", module + "/Add", List.of(scores, "/Mul_output_0"));
    String softmax =
        node("Softmax", module + "/Softmax", List.of(scores), OnnxMessages.integer("axis", -1));
    String context = node("MatMul", module + "/MatMul_1", List.of(softmax, v));
    context = transpose(module + "/Transpose_3", context, 0, 2, 1, 3);
    String merged = reshape(module + "/merged", context, constant(module + "/all", options.width));
    String attended =
        linear(name + ".attention.output.dense", merged, options.width, options.width);
    String residual = node("Add", path(name + ".attention.output") + "/Add", List.of(attended, x));
    String middle = norm(name + ".attention.output", residual);
    String expanded =
        linear(name + ".intermediate.dense", middle, options.feedForwardWidth, options.width);
    String activated =
        nodes.activation(
            options.activation, path(name + ".intermediate.intermediate_act_fn"), expanded);
    String contracted =
        linear(name + ".output.dense", activated, options.width, options.feedForwardWidth);
    residual = node("Add", path(name + ".output") + "/Add", List.of(contracted, middle));
    return norm(name + ".output", residual);
  }

  private String computedRoot(String module, String q) {
    String shape = node("Shape", module + "/Shape_scale", List.of(q));
    String end = constant(module + "/end", Long.MAX_VALUE);
    String start = constant(module + "/start", -1);
    String headWidth = node("Slice", module + "/Slice_scale", List.of(shape, start, end));
    String cast =
        node("Cast", module + "/Cast_scale", List.of(headWidth), OnnxMessages.integer("to", 1));
    String root = node("Sqrt", module + "/Sqrt_scale", List.of(cast));
    String inverse = node("Div", module + "/Div_scale", List.of(scalar(module + "/unit", 1), root));
    return node("Sqrt", module + "/Sqrt_scale_1", List.of(inverse));
  }

  private String linear(String name, String x, int outputs, int inputs) {
    float[] weight = numbers(name + ".weight", outputs * inputs, 0);
    String module = path(name);
    String named = options.prefix + name + ".weight";
    String product;
    if (options.linears == Linears.MATMUL) {
      float[] transposed = new float[weight.length];
      for (int i = 0; i < weight.length; i++) {
        transposed[i % inputs * outputs + i / inputs] = weight[i];
      }
      String anonymous = "onnx::MatMul_" + (100 + values.size());
      add(name + ".weight", anonymous, transposed, inputs, outputs);
      product = node("MatMul", module + "/MatMul", List.of(x, anonymous));
    } else if (options.linears == Linears.TRANSPOSE) {
      add(name + ".weight", named, weight, outputs, inputs);
      product =
          node("MatMul", module + "/MatMul", List.of(x, transpose(module + "/T", named, 1, 0)));
    } else {
      add(name + ".weight", named, weight, outputs, inputs);
      String flat =
          node("Reshape", module + "/flat", List.of(x, constant(module + "/two", -1, inputs)));
      vector(name + ".bias", outputs, 0);
      String gemm =
          node(
              "Gemm",
              module + "/Gemm",
              List.of(flat, named, options.prefix + name + ".bias"),
              OnnxMessages.number("alpha", 1),
              OnnxMessages.integer("transB", 1));
      return reshape(module + "/back", gemm, constant(module + "/out", outputs));
    }
    vector(name + ".bias", outputs, 0);
    return node("Add", module + "/Add", List.of(options.prefix + name + ".bias", product));
  }

  private String norm(String parent, String x) {
    String name = parent + ".LayerNorm";
    String module = path(name);
    vector(name + ".weight", options.width, 1);
    vector(name + ".bias", options.width, 0);
    String gamma = options.prefix + name + ".weight";
    String beta = options.prefix + name + ".bias";
    float epsilon = options.epsilons.getOrDefault(name, 1e-12f);
    if (options.fusedNorm) {
      return node(
          "LayerNormalization",
          module + "/LayerNormalization",
          List.of(x, gamma, beta),
          OnnxMessages.integer("axis", -1),
          OnnxMessages.number("epsilon", epsilon));
    }
    byte[] axes = OnnxMessages.integers("axes", -1);
    String mean = node("ReduceMean", module + "/ReduceMean", List.of(x), axes);
    String centered = node("Sub", module + "/Sub", List.of(x, mean));
    String square =
        node("Pow", module + "/Pow", List.of(centered, scalar(module + "/Constant", 2)));
    String variance = node("ReduceMean", module + "/ReduceMean_1", List.of(square), axes);
    String sum =
        node("Add", module + "/Add", List.of(variance, scalar(module + "/Constant_1", epsilon)));
    String root = node("Sqrt", module + "/Sqrt", List.of(sum));
    String normal = node("Div", module + "/Div", List.of(centered, root));
    String scaled = node("Mul", module + "/Mul", List.of(normal, gamma));
    return node("Add", module + "/Add_1", List.of(scaled, beta));
  }

  private String split(String module, String role, String x) {
    boolean first = module.endsWith("layer.0/attention/self") && role.equals("key");
    int count = first && options.declaredHeads > 0 ? options.declaredHeads : options.heads;
    String headCount = constant(module + "/" + role + "/heads", count);
    String headWidth = constant(module + "/" + role + "/headWidth", options.width / options.heads);
    return reshape(module + "/" + role + "/split", x, headCount, headWidth);
  }

  private String reshape(String name, String x, String... last) {
    List<String> sizes = new ArrayList<>(List.of("/batch_output_0", "/tokens_output_0"));
    sizes.addAll(List.of(last));
    String shape = node("Concat", name + "/Concat", sizes, OnnxMessages.integer("axis", 0));
    return node("Reshape", name + "/Reshape", List.of(x, shape));
  }

  private String gather(String module, String table, String ids) {
    return node(
        "Gather",
        module + "/" + table + "/Gather",
        List.of(options.prefix + "embeddings." + table + ".weight", ids));
  }

  private String transpose(String name, String x, long... order) {
    return node("Transpose", name, List.of(x), OnnxMessages.integers("perm", order));
  }

  private String node(String operator, String name, List<String> inputs, byte[]... attributes) {
    return nodes.node(operator, name, inputs, attributes);
  }

  private String constant(String name, long... numbers) {
    return nodes.constant(name, numbers);
  }

  private String scalar(String name, double number) {
    return nodes.scalar(name, number);
  }

  private void table(String name, int rows) {
    add(name, options.prefix + name, numbers(name, rows * options.width, 0), rows, options.width);
  }

  private void vector(String name, int length, int around) {
    add(name, options.prefix + name, numbers(name, length, around), length);
  }

  private void add(String name, String stored, float[] numbers, long... dims) {
    if (!options.without.contains(name)) {
      tensors.add(stored, numbers, name.equals(options.lying) ? 4 : 0, dims);
    }
  }

  private float[] numbers(String name, int count, int around) {
    float[] numbers = TinyTensors.random(random, count, around);
    values.put(name, numbers);
    return numbers;
  }

  private String path(String name) {
    return "/" + (options.prefix + name).replace('.', '/').replace("/layer/", "/layer.");
  }
}
