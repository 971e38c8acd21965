package io.octavo.testing;

import io.octavo.kernel.Activation;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Writes a small random BERT encoder as an ONNX file with the names that PyTorch's exporter gives,
 * and knows the numbers it wrote. All numbers are exact in float32, half and bfloat16. In float32
 * the file is a valid model with inputs {@code input_ids}, {@code attention_mask} and {@code
 * token_type_ids}.
 */
public final class TinyOnnx {
  /** How linear layers appear in the graph. */
  public enum Linears {
    /** MatMul with an anonymous weight {@code [inputs, outputs]}. */
    MATMUL,
    /** Gemm with {@code transB} and a named weight {@code [outputs, inputs]}. */
    GEMM,
    /** Transpose and MatMul with a named weight {@code [outputs, inputs]}. */
    TRANSPOSE
  }

  private int layers = 2;
  private int width = 16;
  private int heads = 4;
  private int feedForwardWidth = 24;
  private int vocabulary = 80;
  private int positions = 20;
  private int tokenTypes = 2;
  private long seed = 1;
  private DType type = DType.F32;
  private TinyTensors.Encoding encoding = TinyTensors.Encoding.RAW;
  private String location = "";
  private Linears linears = Linears.MATMUL;
  private Activation activation = Activation.GELU_ERF;
  private boolean fusedNorm;
  private boolean quantized;
  private boolean pooler;
  private String prefix = "";
  private String lying = "";
  private double scale = Double.NaN;
  private int declaredHeads;
  private boolean computedScale;
  private final Set<String> without = new HashSet<>();
  private final Map<String, Float> epsilons = new HashMap<>();
  private final Map<String, float[]> values = new LinkedHashMap<>();
  private final List<byte[]> nodes = new ArrayList<>();
  private TinyTensors tensors = new TinyTensors(DType.F32, TinyTensors.Encoding.RAW, "");
  private Random random = new Random(0);

  private TinyOnnx() {}

  /** Two layers of width 16 with 4 heads, 24 between the linear layers, 80 tokens. */
  public static TinyOnnx bert() {
    return new TinyOnnx();
  }

  /** Sets the sizes of the blocks. */
  public TinyOnnx shape(int layers, int width, int heads, int feedForwardWidth) {
    this.layers = layers;
    this.width = width;
    this.heads = heads;
    this.feedForwardWidth = feedForwardWidth;
    return this;
  }

  /** Sets the sizes of the embeddings. */
  public TinyOnnx tables(int vocabulary, int positions, int tokenTypes) {
    this.vocabulary = vocabulary;
    this.positions = positions;
    this.tokenTypes = tokenTypes;
    return this;
  }

  /** Sets the seed of the weights. */
  public TinyOnnx seed(long seed) {
    this.seed = seed;
    return this;
  }

  /** Sets the type of all weights: F32, F16 or BF16. */
  public TinyOnnx type(DType type) {
    this.type = type;
    return this;
  }

  /** Numbers in {@code float_data} or {@code int32_data} as one packed run. */
  public TinyOnnx packed() {
    encoding = TinyTensors.Encoding.PACKED;
    return this;
  }

  /** Numbers in {@code float_data} or {@code int32_data}, each a field of its own. */
  public TinyOnnx unpacked() {
    encoding = TinyTensors.Encoding.UNPACKED;
    return this;
  }

  /** Numbers in a file of that name, relative to the model's folder. */
  public TinyOnnx external(String location) {
    this.location = location;
    encoding = TinyTensors.Encoding.EXTERNAL;
    return this;
  }

  /** Sets how linear layers appear. */
  public TinyOnnx linears(Linears linears) {
    this.linears = linears;
    return this;
  }

  /** Sets the activation: GELU_ERF, GELU_TANH, QUICK_GELU, SILU or RELU. */
  public TinyOnnx activation(Activation activation) {
    this.activation = activation;
    return this;
  }

  /** LayerNorms as one node each. */
  public TinyOnnx fusedNorm() {
    fusedNorm = true;
    return this;
  }

  /** One node of a quantized model in it. */
  public TinyOnnx quantized() {
    quantized = true;
    return this;
  }

  /** A pooler and its output behind the encoder. */
  public TinyOnnx pooler() {
    pooler = true;
    return this;
  }

  /** Something before all names, such as {@code bert.}. */
  public TinyOnnx prefix(String prefix) {
    this.prefix = prefix;
    return this;
  }

  /** Leaves a tensor out, by its name in {@link #values}. */
  public TinyOnnx without(String name) {
    without.add(name);
    return this;
  }

  /** Writes four bytes fewer than the shape of that tensor says. */
  public TinyOnnx lying(String name) {
    lying = name;
    return this;
  }

  /** Another epsilon than 1e-12 in the LayerNorm of that name. */
  public TinyOnnx epsilon(String norm, float epsilon) {
    epsilons.put(norm, epsilon);
    return this;
  }

  /** Another divisor of the attention's scores than the root of the head width. */
  public TinyOnnx scale(double divisor) {
    scale = divisor;
    return this;
  }

  /** The scale computed from a shape, as exporters write scaled_dot_product_attention. */
  public TinyOnnx computedScale() {
    computedScale = true;
    return this;
  }

  /** Another number of heads in the reshapes of the first layer's keys. */
  public TinyOnnx declaredHeads(int declared) {
    declaredHeads = declared;
    return this;
  }

  /**
   * The numbers of a tensor by its PyTorch name without the prefix, such as {@code
   * encoder.layer.0.attention.self.query.weight}; matrices are {@code [outputs, inputs]}.
   */
  public float[] values(String name) {
    float[] found = values.get(name);
    if (found == null) {
      throw new IllegalArgumentException(name);
    }
    return found;
  }

  /** The names of all tensors, in {@link #values}'s terms; empty before the model is written. */
  public List<String> names() {
    return List.copyOf(values.keySet());
  }

  /** Writes the model, and its external data beside it. */
  public Path write(Path file) {
    random = new Random(seed);
    values.clear();
    nodes.clear();
    tensors = new TinyTensors(type, encoding, location);
    byte[] graph = graph();
    byte[] opset = OnnxMessages.message(out -> out.writeInt64(2, 17));
    byte[] model =
        OnnxMessages.message(
            out -> {
              out.writeInt64(1, 8);
              OnnxMessages.text(out, 2, "tiny");
              out.writeByteArray(7, graph);
              out.writeByteArray(8, opset);
            });
    try {
      Files.write(file, model);
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
    if (!location.contains("..") && !location.startsWith("/")) {
      tensors.writeExternal(file);
    }
    return file;
  }

  /** Writes a WordPiece {@code tokenizer.json} with that many tokens, at least 6. */
  public static Path writeTokenizer(Path file, int vocabularySize) {
    return TinyTokenizer.write(file, vocabularySize);
  }

  private byte[] graph() {
    String last = body();
    return OnnxMessages.message(
        out -> {
          for (byte[] node : nodes) {
            out.writeByteArray(1, node);
          }
          OnnxMessages.text(out, 2, "main_graph");
          for (byte[] tensor : tensors.encoded()) {
            out.writeByteArray(5, tensor);
          }
          out.writeByteArray(
              5,
              OnnxMessages.tensor(
                  prefix + "embeddings.position_ids",
                  OnnxMessages.INT64,
                  OnnxMessages.longs(LongStream.range(0, positions).toArray()),
                  1,
                  positions));
          for (String input : List.of("input_ids", "attention_mask", "token_type_ids")) {
            out.writeByteArray(
                11, OnnxMessages.valueInfo(input, OnnxMessages.INT64, "batch", "tokens"));
          }
          out.writeByteArray(
              12, OnnxMessages.valueInfo(last, OnnxMessages.FLOAT, "batch", "tokens", "width"));
          if (pooler) {
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
    table("embeddings.word_embeddings.weight", vocabulary);
    table("embeddings.position_embeddings.weight", positions);
    table("embeddings.token_type_embeddings.weight", tokenTypes);
    String ids = prefix + "embeddings.position_ids";
    String slice =
        node(
            "Slice",
            module + "/Slice",
            List.of(ids, "/zero_output_0", "/tokens_output_0", "/one_output_0"));
    String word = gather(module, "word_embeddings", "input_ids");
    String tokenType = gather(module, "token_type_embeddings", "token_type_ids");
    String sum = node("Add", module + "/Add", List.of(word, tokenType));
    String position = gather(module, "position_embeddings", slice);
    String x = norm("embeddings", node("Add", module + "/Add_1", List.of(sum, position)));
    for (int layer = 0; layer < layers; layer++) {
      x = layer("encoder.layer." + layer, x);
    }
    if (pooler) {
      vector("pooler.dense.bias", width, 0);
      nodes.add(
          OnnxMessages.node(
              "Add", "/pooler/Add", List.of(x, prefix + "pooler.dense.bias"), "pooled"));
    }
    if (quantized) {
      node("DynamicQuantizeLinear", "/Quantize", List.of(x));
      node("MatMulInteger", "/MatMulInteger", List.of("/Quantize_output_0", x));
    }
    return x;
  }

  private String layer(String name, String x) {
    String self = name + ".attention.self";
    String module = path(self);
    String query = split(module, "query", linear(self + ".query", x, width, width));
    String key = split(module, "key", linear(self + ".key", x, width, width));
    String value = split(module, "value", linear(self + ".value", x, width, width));
    String q = transpose(module + "/Transpose", query, 0, 2, 1, 3);
    String k = transpose(module + "/Transpose_1", key, 0, 2, 3, 1);
    String v = transpose(module + "/Transpose_2", value, 0, 2, 1, 3);
    if (computedScale) {
      String root = computedRoot(module, q);
      q = node("Mul", module + "/Mul_q", List.of(q, root));
      k = node("Mul", module + "/Mul_k", List.of(k, root));
    }
    String scores = node("MatMul", module + "/MatMul", List.of(q, k));
    if (!computedScale) {
      double divisor = Double.isNaN(scale) ? Math.sqrt((double) width / heads) : scale;
      scores = node("Div", module + "/Div", List.of(scores, scalar(module + "/root", divisor)));
    }
    scores = node("Add", module + "/Add", List.of(scores, "/Mul_output_0"));
    String softmax =
        node("Softmax", module + "/Softmax", List.of(scores), OnnxMessages.integer("axis", -1));
    String context = node("MatMul", module + "/MatMul_1", List.of(softmax, v));
    context = transpose(module + "/Transpose_3", context, 0, 2, 1, 3);
    String merged = reshape(module + "/merged", context, constant(module + "/all", width));
    String attended = linear(name + ".attention.output.dense", merged, width, width);
    String residual = node("Add", path(name + ".attention.output") + "/Add", List.of(attended, x));
    String middle = norm(name + ".attention.output", residual);
    String expanded = linear(name + ".intermediate.dense", middle, feedForwardWidth, width);
    String activated = activation(path(name + ".intermediate.intermediate_act_fn"), expanded);
    String contracted = linear(name + ".output.dense", activated, width, feedForwardWidth);
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

  private String activation(String module, String x) {
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

  private String linear(String name, String x, int outputs, int inputs) {
    float[] weight = numbers(name + ".weight", outputs * inputs, 0);
    String module = path(name);
    String named = prefix + name + ".weight";
    String product;
    if (linears == Linears.MATMUL) {
      float[] transposed = new float[weight.length];
      for (int i = 0; i < weight.length; i++) {
        transposed[i % inputs * outputs + i / inputs] = weight[i];
      }
      String anonymous = "onnx::MatMul_" + (100 + values.size());
      add(name + ".weight", anonymous, transposed, inputs, outputs);
      product = node("MatMul", module + "/MatMul", List.of(x, anonymous));
    } else if (linears == Linears.TRANSPOSE) {
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
              List.of(flat, named, prefix + name + ".bias"),
              OnnxMessages.number("alpha", 1),
              OnnxMessages.integer("transB", 1));
      return reshape(module + "/back", gemm, constant(module + "/out", outputs));
    }
    vector(name + ".bias", outputs, 0);
    return node("Add", module + "/Add", List.of(prefix + name + ".bias", product));
  }

  private String norm(String parent, String x) {
    String name = parent + ".LayerNorm";
    String module = path(name);
    vector(name + ".weight", width, 1);
    vector(name + ".bias", width, 0);
    String gamma = prefix + name + ".weight";
    String beta = prefix + name + ".bias";
    float epsilon = epsilons.getOrDefault(name, 1e-12f);
    if (fusedNorm) {
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
    int count = first && declaredHeads > 0 ? declaredHeads : heads;
    String headCount = constant(module + "/" + role + "/heads", count);
    String headWidth = constant(module + "/" + role + "/headWidth", width / heads);
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
        List.of(prefix + "embeddings." + table + ".weight", ids));
  }

  private String transpose(String name, String x, long... order) {
    return node("Transpose", name, List.of(x), OnnxMessages.integers("perm", order));
  }

  private String node(String operator, String name, List<String> inputs, byte[]... attributes) {
    nodes.add(OnnxMessages.node(operator, name, inputs, name + "_output_0", attributes));
    return name + "_output_0";
  }

  private String constant(String name, long... numbers) {
    byte[] tensor =
        OnnxMessages.tensor("", OnnxMessages.INT64, OnnxMessages.longs(numbers), numbers.length);
    return node("Constant", name, List.of(), OnnxMessages.value(tensor));
  }

  private String scalar(String name, double number) {
    byte[] tensor =
        OnnxMessages.tensor("", OnnxMessages.FLOAT, OnnxMessages.floats((float) number));
    return node("Constant", name, List.of(), OnnxMessages.value(tensor));
  }

  private void table(String name, int rows) {
    add(name, prefix + name, numbers(name, rows * width, 0), rows, width);
  }

  private void vector(String name, int length, int around) {
    add(name, prefix + name, numbers(name, length, around), length);
  }

  private void add(String name, String stored, float[] numbers, long... dims) {
    if (!without.contains(name)) {
      tensors.add(stored, numbers, name.equals(lying) ? 4 : 0, dims);
    }
  }

  /** Multiples of 1/256 below 1/2, or of 1/128 from 1/2 to 3/2: at most 8 significant bits. */
  private float[] numbers(String name, int count, int around) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          around == 0 ? (random.nextInt(255) - 127) / 256f : (random.nextInt(127) + 65) / 128f;
    }
    values.put(name, numbers);
    return numbers;
  }

  private String path(String name) {
    return "/" + (prefix + name).replace('.', '/').replace("/layer/", "/layer.");
  }
}
