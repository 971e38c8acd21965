package io.octavo.testing;

import static io.octavo.testing.OnnxMessages.integer;
import static io.octavo.testing.OnnxMessages.integers;
import static io.octavo.testing.OnnxMessages.number;

import io.octavo.kernel.Activation;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The forward pass of a {@link TinyHuggingFace} in primitive operators, one sequence without
 * padding behind it, in the order of the operations in transformers' {@code modeling_bert.py},
 * {@code modeling_roberta.py}, {@code modeling_mpnet.py} and {@code modeling_distilbert.py}.
 */
final class HuggingFaceGraph {
  private static final byte[] TO_INTEGER = integer("to", OnnxMessages.INT64);
  private static final byte[] TO_FLOAT = integer("to", OnnxMessages.FLOAT);

  private final TinyHuggingFace options;
  private final HuggingFaceFamily family;
  private final OnnxNodes nodes = new OnnxNodes();
  private final Set<String> used = new HashSet<>();
  private int count;

  HuggingFaceGraph(TinyHuggingFace options) {
    this.options = options;
    this.family = options.family;
  }

  byte[] model() {
    String hidden = hidden();
    nodes.add("Identity", "last", List.of(hidden), "last_hidden_state");
    if (options.labels > 0) {
      nodes.add("Identity", "head", List.of(logits(hidden)), "logits");
    }
    return OnnxMessages.model(
        OnnxMessages.message(
            out -> {
              for (byte[] node : nodes.encoded()) {
                out.writeByteArray(1, node);
              }
              OnnxMessages.text(out, 2, "reference");
              for (HuggingFaceTensors.Tensor tensor : options.tensors()) {
                if (!used.contains(tensor.name())) {
                  // The pooler of a base model.
                  continue;
                }
                long[] dims = Arrays.stream(tensor.shape()).asLongStream().toArray();
                byte[] raw = OnnxMessages.floats(tensor.values());
                out.writeByteArray(
                    5, OnnxMessages.tensor(tensor.name(), OnnxMessages.FLOAT, raw, dims));
              }
              out.writeByteArray(11, input("input_ids"));
              if (family.hasTokenTypes()) {
                out.writeByteArray(11, input("token_type_ids"));
              }
              out.writeByteArray(12, output("last_hidden_state", "batch", "tokens", "width"));
              if (options.labels > 0) {
                out.writeByteArray(12, output("logits", "batch", "labels"));
              }
            }));
  }

  private static byte[] input(String name) {
    return OnnxMessages.valueInfo(name, OnnxMessages.INT64, "batch", "tokens");
  }

  private static byte[] output(String name, String... dims) {
    return OnnxMessages.valueInfo(name, OnnxMessages.FLOAT, dims);
  }

  private String hidden() {
    String length = node("Gather", List.of(node("Shape", "input_ids"), integral(1)));
    String range = node("Range", integral(0), length, integral(1));
    String sum = node("Gather", "embeddings.word_embeddings.weight", "input_ids");
    if (family.hasTokenTypes()) {
      String types = node("Gather", "embeddings.token_type_embeddings.weight", "token_type_ids");
      sum = node("Add", sum, types);
    }
    String positions = family.countsPositions() ? counted() : node("Unsqueeze", range, vector(0));
    sum = node("Add", sum, node("Gather", "embeddings.position_embeddings.weight", positions));
    String x = norm("embeddings.LayerNorm", sum);
    String bias = family == HuggingFaceFamily.MPNET ? positionBias(range) : "";
    for (int i = 0; i < options.layers; i++) {
      HuggingFaceFamily.LayerNames layer = family.layer(i);
      String attended = linear(layer.attended(), attention(layer, x, bias));
      x = norm(layer.attentionNorm(), node("Add", attended, x));
      Activation activation =
          switch (options.activation) {
            case "gelu" -> Activation.GELU_ERF;
            case "gelu_new" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            default -> throw new IllegalArgumentException(options.activation);
          };
      String expanded = nodes.activation(activation, "activation" + i, linear(layer.expand(), x));
      x = norm(layer.outputNorm(), node("Add", linear(layer.contract(), expanded), x));
    }
    return x;
  }

  /** create_position_ids_from_input_ids. */
  private String counted() {
    String padding = integral(options.paddingIndex());
    String mask =
        node("Cast", List.of(node("Not", node("Equal", "input_ids", padding))), TO_INTEGER);
    String indices = node("Mul", node("CumSum", mask, integral(1)), mask);
    return node("Add", indices, padding);
  }

  /** MPNetEncoder.compute_position_bias: {@code [1, heads, queries, keys]}. */
  private String positionBias(String range) {
    String context = node("Unsqueeze", range, vector(1));
    String memory = node("Unsqueeze", range, vector(0));
    String n = node("Neg", node("Sub", memory, context));
    String negative = node("Cast", List.of(node("Less", n, integral(0))), TO_INTEGER);
    String half = node("Mul", negative, integral(16));
    n = node("Abs", n);
    String ratio = node("Div", node("Cast", List.of(n), TO_FLOAT), real(8));
    String logarithm = node("Div", node("Log", ratio), real(Math.log(128 / 8.0)));
    String steps = node("Cast", List.of(node("Mul", logarithm, real(8))), TO_INTEGER);
    String large = node("Min", node("Add", integral(8), steps), integral(15));
    String bucket = node("Add", half, node("Where", node("Less", n, integral(8)), n, large));
    String values = node("Gather", "encoder.relative_attention_bias.weight", bucket);
    return node("Unsqueeze", transpose(values, 2, 0, 1), vector(0));
  }

  private String attention(HuggingFaceFamily.LayerNames layer, String x, String bias) {
    String query = transpose(split(linear(layer.query(), x)), 0, 2, 1, 3);
    String key = transpose(split(linear(layer.key(), x)), 0, 2, 3, 1);
    String value = transpose(split(linear(layer.value(), x)), 0, 2, 1, 3);
    String root = real(Math.sqrt((double) options.width / options.heads));
    String scores =
        family == HuggingFaceFamily.DISTILBERT
            ? node("MatMul", node("Div", query, root), key)
            : node("Div", node("MatMul", query, key), root);
    if (!bias.isEmpty()) {
      scores = node("Add", scores, bias);
    }
    String weights = node("Softmax", List.of(scores), integer("axis", -1));
    String context = transpose(node("MatMul", weights, value), 0, 2, 1, 3);
    return node("Reshape", context, vector(0, 0, options.width));
  }

  private String split(String x) {
    return node("Reshape", x, vector(0, 0, options.heads, options.width / options.heads));
  }

  /** What the ForSequenceClassification model of the family has behind the encoder. */
  private String logits(String hidden) {
    String first = node("Gather", List.of(hidden, integral(0)), integer("axis", 1));
    return switch (family) {
      case BERT -> linear("classifier", node("Tanh", linear("pooler.dense", first)));
      case ROBERTA, XLM_ROBERTA, MPNET ->
          linear("classifier.out_proj", node("Tanh", linear("classifier.dense", first)));
      case DISTILBERT -> linear("classifier", node("Relu", linear("pre_classifier", first)));
    };
  }

  private String linear(String name, String x) {
    String product = node("MatMul", x, transpose(name + ".weight", 1, 0));
    return node("Add", product, name + ".bias");
  }

  private String norm(String name, String x) {
    return node(
        "LayerNormalization",
        List.of(x, name + ".weight", name + ".bias"),
        integer("axis", -1),
        number("epsilon", (float) options.epsilon));
  }

  private String transpose(String x, long... order) {
    return node("Transpose", List.of(x), integers("perm", order));
  }

  private String node(String operator, String... inputs) {
    return node(operator, List.of(inputs));
  }

  private String node(String operator, List<String> inputs, byte[]... attributes) {
    used.addAll(inputs);
    return nodes.node(operator, operator + "_" + count++, inputs, attributes);
  }

  private String vector(long... numbers) {
    return nodes.constant("vector_" + count++, numbers);
  }

  private String integral(long number) {
    return nodes.integer("integer_" + count++, number);
  }

  private String real(double number) {
    return nodes.scalar("real_" + count++, number);
  }
}
