package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.kernel.Activation;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.EncoderWeights;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormWeights;
import io.octavo.model.PositionIds;
import io.octavo.tensor.SourceGuard;
import io.octavo.tensor.StoredMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The BERT family in ONNX: finds tensors by the names that the exported module gave them, the rest
 * by following the graph's edges, and checks that the graph computes what the family computes.
 */
public final class BertOnnx {
  private static final String WORD = "embeddings.word_embeddings.weight";
  private static final String POSITION = "embeddings.position_embeddings.weight";
  private static final String TOKEN_TYPE = "embeddings.token_type_embeddings.weight";
  private static final String LAYER = "encoder.layer.";

  /** So many tell enough; their names can be long. */
  private static final int MOST_MISSING = 32;

  private final OnnxGraph graph;
  private final SourceGuard guard;
  private final String source;
  private final Set<String> names;
  private final String prefix;
  private final List<String> missing = new ArrayList<>();
  private final List<LayerParts> layers = new ArrayList<>();

  /** What one layer is made of. */
  private record LayerParts(
      OnnxLinear query,
      OnnxLinear key,
      OnnxLinear value,
      OnnxLinear attentionOutput,
      OnnxLayerNorm attentionNorm,
      OnnxLinear expand,
      OnnxLinear contract,
      OnnxLayerNorm outputNorm,
      OnnxAttention attention,
      Activation activation) {}

  private BertOnnx(OnnxGraph graph, SourceGuard guard) {
    this.graph = graph;
    this.guard = guard;
    this.source = graph.source();
    this.names = graph.constantNames();
    this.prefix = prefix();
  }

  /**
   * Finds the encoder in an ONNX file.
   *
   * @throws UnsupportedModelException if the graph is something else; the message lists what a BERT
   *     encoder has and the graph has not
   * @throws CheckpointException if shapes contradict each other
   */
  public static EncoderCheckpoint read(OnnxCheckpoint checkpoint) {
    try {
      return new BertOnnx(checkpoint.graph(), checkpoint).read();
    } catch (InternalError error) {
      throw checkpoint.fault(error);
    }
  }

  private EncoderCheckpoint read() {
    BertOnnxChecks checks = new BertOnnxChecks(graph, prefix);
    checks.refuseQuantized();
    OnnxTensor word = embedding(WORD);
    OnnxTensor position = embedding(POSITION);
    OnnxTensor tokenType = embedding(TOKEN_TYPE);
    OnnxLayerNorm norm = OnnxLayerNorm.find(graph, prefix + "embeddings.LayerNorm", missing);
    if (word != null && position != null && tokenType != null && norm != null) {
      checks.embeddings(
          norm, List.of(prefix + WORD, prefix + POSITION, prefix + TOKEN_TYPE), missing);
    }
    int count = layerCount();
    String input = norm == null ? "" : norm.output();
    for (int layer = 0; layer < count && missing.size() < MOST_MISSING; layer++) {
      LayerParts parts = layer(prefix + LAYER + layer);
      if (parts != null) {
        layers.add(parts);
        if (missing.isEmpty()) {
          wiring(checks, prefix + LAYER + layer, parts, input);
        }
        input = parts.outputNorm().output();
      }
    }
    if (word == null
        || position == null
        || tokenType == null
        || norm == null
        || !missing.isEmpty()) {
      throw new UnsupportedModelException(
          source,
          "not a BERT encoder that this library knows; missing: " + String.join(", ", missing));
    }
    return assemble(checks, word, position, tokenType, norm);
  }

  private EncoderCheckpoint assemble(
      BertOnnxChecks checks,
      OnnxTensor word,
      OnnxTensor position,
      OnnxTensor tokenType,
      OnnxLayerNorm norm) {
    LayerParts first = layers.getFirst();
    int width = width(word, 1);
    int feedForwardWidth = width(first.expand().bias(), 0);
    long heads = first.attention().heads();
    checks.positions(prefix + POSITION, size(position, 0));
    List<EncoderWeights.Layer> weights = new ArrayList<>();
    for (LayerParts parts : layers) {
      checks.attention(parts.attention(), heads, width, parts.query());
      if (parts.activation() != first.activation()) {
        throw new UnsupportedModelException(source, "layers with different activations");
      }
      weights.add(layerWeights(parts, width, feedForwardWidth, norm.epsilon()));
    }
    EncoderWeights encoder =
        new EncoderWeights(
            table(word, width),
            table(position, width),
            table(tokenType, width),
            null,
            norm(norm, width, norm.epsilon()),
            List.copyOf(weights));
    EncoderDescriptor descriptor =
        new EncoderDescriptor(
            layers.size(),
            width,
            (int) heads,
            feedForwardWidth,
            size(word, 0),
            size(position, 0),
            size(tokenType, 0),
            PositionIds.fromZero(),
            0,
            norm.epsilon(),
            first.activation());
    return new EncoderCheckpoint(
        descriptor,
        encoder,
        null,
        EncoderForm.of(BertConfig.of(descriptor), new BertFamily().names(), ""),
        ignored(checks, word, position, tokenType, norm));
  }

  private List<String> ignored(
      BertOnnxChecks checks,
      OnnxTensor word,
      OnnxTensor position,
      OnnxTensor tokenType,
      OnnxLayerNorm norm) {
    List<OnnxTensor> used =
        new ArrayList<>(List.of(word, position, tokenType, norm.gamma(), norm.beta()));
    for (LayerParts parts : layers) {
      for (OnnxLayerNorm layerNorm : List.of(parts.attentionNorm(), parts.outputNorm())) {
        used.add(layerNorm.gamma());
        used.add(layerNorm.beta());
      }
      for (OnnxLinear linear :
          List.of(
              parts.query(),
              parts.key(),
              parts.value(),
              parts.attentionOutput(),
              parts.expand(),
              parts.contract())) {
        used.add(linear.weight());
        used.add(linear.bias());
      }
    }
    return checks.ignored(used, layers.getLast().outputNorm().output());
  }

  /** What precedes the family's names, such as {@code bert.}; empty if nothing does. */
  private String prefix() {
    for (String marker : List.of(WORD, LAYER + "0.", "embeddings.LayerNorm.")) {
      for (String name : names) {
        int start = name.indexOf(marker);
        if (start == 0 || (start > 0 && name.charAt(start - 1) == '.')) {
          return name.substring(0, start);
        }
      }
    }
    return "";
  }

  private @Nullable OnnxTensor embedding(String name) {
    OnnxTensor tensor = graph.constant(prefix + name);
    if (tensor == null) {
      missing.add(prefix + name);
    }
    return tensor;
  }

  /** The number of layers that the names speak of. */
  private int layerCount() {
    TreeSet<Integer> indices = new TreeSet<>();
    String start = prefix + LAYER;
    for (String name : names) {
      int end = name.startsWith(start) ? name.indexOf('.', start.length()) : -1;
      if (end > 0 && end - start.length() <= 5) {
        try {
          indices.add(Integer.parseInt(name, start.length(), end, 10));
        } catch (NumberFormatException ignored) {
          // Some other name; a layer that is really missing is found to be so.
        }
      }
    }
    if (indices.isEmpty()) {
      missing.add(start + "0 and any other layer");
      return 0;
    }
    if (indices.first() != 0 || indices.last() != indices.size() - 1) {
      missing.add(start + "N, numbered from 0 without a gap (found " + indices + ")");
      return 0;
    }
    return indices.size();
  }

  private @Nullable LayerParts layer(String name) {
    int before = missing.size();
    String self = name + ".attention.self";
    OnnxLinear query = OnnxLinear.find(graph, self + ".query", missing);
    OnnxLinear key = OnnxLinear.find(graph, self + ".key", missing);
    OnnxLinear value = OnnxLinear.find(graph, self + ".value", missing);
    OnnxLinear output = OnnxLinear.find(graph, name + ".attention.output.dense", missing);
    OnnxLayerNorm attentionNorm =
        OnnxLayerNorm.find(graph, name + ".attention.output.LayerNorm", missing);
    OnnxLinear expand = OnnxLinear.find(graph, name + ".intermediate.dense", missing);
    OnnxLinear contract = OnnxLinear.find(graph, name + ".output.dense", missing);
    OnnxLayerNorm outputNorm = OnnxLayerNorm.find(graph, name + ".output.LayerNorm", missing);
    if (missing.size() > before
        || query == null
        || key == null
        || value == null
        || output == null
        || attentionNorm == null
        || expand == null
        || contract == null
        || outputNorm == null) {
      return null;
    }
    long width = query.bias().elements();
    OnnxAttention attention =
        OnnxAttention.find(graph, self, query, key, value, output, width, missing);
    Activation activation = OnnxActivation.between(graph, expand.output(), contract.input());
    if (activation == null) {
      missing.add(name + ".intermediate.intermediate_act_fn (a known activation)");
    }
    return attention == null || activation == null
        ? null
        : new LayerParts(
            query,
            key,
            value,
            output,
            attentionNorm,
            expand,
            contract,
            outputNorm,
            attention,
            activation);
  }

  /** {@code x = norm(x + attention(x)); x = norm(x + feedForward(x))}. */
  private void wiring(BertOnnxChecks checks, String name, LayerParts parts, String input) {
    for (OnnxLinear projection : List.of(parts.query(), parts.key(), parts.value())) {
      checks.feeds(input, projection.input(), projection.name(), missing);
    }
    OnnxLayerNorm attentionNorm = parts.attentionNorm();
    checks.residual(
        attentionNorm,
        parts.attentionOutput().output(),
        input,
        name + ".attention.output",
        missing);
    checks.feeds(attentionNorm.output(), parts.expand().input(), parts.expand().name(), missing);
    checks.residual(
        parts.outputNorm(),
        parts.contract().output(),
        attentionNorm.output(),
        name + ".output",
        missing);
  }

  private EncoderWeights.Layer layerWeights(
      LayerParts parts, int width, int feedForwardWidth, double epsilon) {
    return new EncoderWeights.Layer(
        linear(parts.query(), width, width),
        linear(parts.key(), width, width),
        linear(parts.value(), width, width),
        linear(parts.attentionOutput(), width, width),
        norm(parts.attentionNorm(), width, epsilon),
        linear(parts.expand(), feedForwardWidth, width),
        linear(parts.contract(), width, feedForwardWidth),
        norm(parts.outputNorm(), width, epsilon));
  }

  private int size(OnnxTensor tensor, int axis) {
    long size = axis < tensor.shape().size() ? tensor.shape().get(axis) : 0;
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw new CheckpointException(source, tensor.place(), "its shape is " + tensor.shape());
    }
    return (int) size;
  }

  private int width(OnnxTensor tensor, int axis) {
    int width = size(tensor, axis);
    if (width > EncoderDescriptor.LARGEST_WIDTH) {
      throw new UnsupportedModelException(
          source,
          tensor.place()
              + " has "
              + width
              + " features; at most "
              + EncoderDescriptor.LARGEST_WIDTH
              + " are supported");
    }
    return width;
  }

  private StoredMatrix table(OnnxTensor tensor, int width) {
    int rows = size(tensor, 0);
    expect(tensor, List.of((long) rows, (long) width));
    return StoredMatrix.byRows(tensor.data(), tensor.storage(source), rows, width).guardedBy(guard);
  }

  private LinearWeights linear(OnnxLinear linear, int outputs, int inputs) {
    OnnxTensor weight = linear.weight();
    StoredMatrix matrix;
    if (linear.byInputs()) {
      expect(weight, List.of((long) inputs, (long) outputs));
      matrix = StoredMatrix.byColumns(weight.data(), weight.storage(source), outputs, inputs);
    } else {
      expect(weight, List.of((long) outputs, (long) inputs));
      matrix = StoredMatrix.byRows(weight.data(), weight.storage(source), outputs, inputs);
    }
    return new LinearWeights(matrix.guardedBy(guard), vector(linear.bias(), outputs));
  }

  private NormWeights norm(OnnxLayerNorm norm, int width, double epsilon) {
    if (norm.epsilon() != epsilon) {
      throw new UnsupportedModelException(
          source,
          "LayerNorms with different epsilons, "
              + epsilon
              + " and "
              + norm.epsilon()
              + " ("
              + norm.gamma().name()
              + ")");
    }
    return new NormWeights(vector(norm.gamma(), width), vector(norm.beta(), width));
  }

  private float[] vector(OnnxTensor tensor, int length) {
    expect(tensor, List.of((long) length));
    return FiniteNumbers.require(tensor.floats(source), source, tensor.place());
  }

  private void expect(OnnxTensor tensor, List<Long> shape) {
    if (!tensor.shape().equals(shape)) {
      throw new CheckpointException(
          source,
          tensor.place(),
          "its shape is " + tensor.shape() + ", but the other tensors ask for " + shape);
    }
    if (!tensor.type().isFloatingPoint()) {
      tensor.storage(source);
      throw new UnsupportedModelException(
          source, tensor.place() + " holds int8 codes; give the float model");
    }
  }
}
