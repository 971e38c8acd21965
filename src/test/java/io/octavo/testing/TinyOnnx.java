package io.octavo.testing;

import io.octavo.kernel.Activation;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  int layers = 2;
  int width = 16;
  int heads = 4;
  int feedForwardWidth = 24;
  int vocabulary = 80;
  int positions = 20;
  int tokenTypes = 2;
  long seed = 1;
  DType type = DType.F32;
  TinyTensors.Encoding encoding = TinyTensors.Encoding.RAW;
  String location = "";
  Linears linears = Linears.MATMUL;
  Activation activation = Activation.GELU_ERF;
  boolean fusedNorm;
  boolean quantized;
  boolean pooler;
  String prefix = "";
  String lying = "";
  double scale = Double.NaN;
  int declaredHeads;
  boolean computedScale;
  boolean countedPositions;
  final Set<String> without = new HashSet<>();
  final Map<String, Float> epsilons = new HashMap<>();
  private Map<String, float[]> values = Map.of();

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

  /** Positions counted over the mask, past the padding, as RoBERTa does. */
  public TinyOnnx countedPositions() {
    countedPositions = true;
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
    TinyTensors tensors = new TinyTensors(type, encoding, location);
    TinyGraph tiny = new TinyGraph(this, tensors);
    byte[] graph = tiny.message();
    values = tiny.values();
    byte[] model = OnnxMessages.model(graph);
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
}
