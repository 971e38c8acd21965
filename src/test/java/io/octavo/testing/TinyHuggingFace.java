package io.octavo.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octavo.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * A small random encoder as transformers would save it, {@code config.json}, {@code
 * model.safetensors} and {@code tokenizer.json}, together with an independent implementation of it:
 * a graph of primitive operators, written from the original modelling code and run by ONNX Runtime
 * in float32. All numbers are exact in float32, half and bfloat16, so that the reference is the
 * same for each.
 */
public final class TinyHuggingFace {
  private static final ObjectMapper JSON = new ObjectMapper();

  final HuggingFaceFamily family;
  final long seed;
  int layers = 2;
  int width = 40;
  int heads = 5;
  int feedForwardWidth = 72;
  int vocabulary = 80;
  int positions = 170;
  int tokenTypes;
  int padding;
  DType type = DType.F32;
  String activation = "gelu";
  double epsilon;
  int labels;
  private int shards = 1;
  private boolean positionBuffer;
  private final Map<String, JsonNode> fields = new LinkedHashMap<>();
  private final Set<String> without = new HashSet<>();

  private TinyHuggingFace(HuggingFaceFamily family, long seed) {
    this.family = family;
    this.seed = seed;
    this.tokenTypes = family.defaultTokenTypes();
    this.padding = family.defaultPadding();
    this.epsilon = family.defaultEpsilon();
  }

  /**
   * A base model of two layers of width 40 with 5 heads, 72 between the linear layers, 80 tokens
   * and 170 rows of positions; token types, padding and epsilon are as the family's published
   * models have them.
   */
  public static TinyHuggingFace of(HuggingFaceFamily family, long seed) {
    return new TinyHuggingFace(family, seed);
  }

  /** Sets the sizes of the blocks. */
  public TinyHuggingFace shape(int layers, int width, int heads, int feedForwardWidth) {
    this.layers = layers;
    this.width = width;
    this.heads = heads;
    this.feedForwardWidth = feedForwardWidth;
    return this;
  }

  /**
   * Sets the sizes of the embeddings.
   *
   * @param vocabulary tokens
   * @param positions rows of the table, of which some families leave the first ones unused
   * @param tokenTypes types; without effect where the family has none
   */
  public TinyHuggingFace tables(int vocabulary, int positions, int tokenTypes) {
    this.vocabulary = vocabulary;
    this.positions = positions;
    this.tokenTypes = family.hasTokenTypes() ? tokenTypes : 0;
    return this;
  }

  /** Sets the type of all weights: F32, F16 or BF16. */
  public TinyHuggingFace type(DType type) {
    this.type = type;
    return this;
  }

  /** Sets the activation by its name in transformers. */
  public TinyHuggingFace activation(String activation) {
    this.activation = activation;
    return this;
  }

  /** Sets the epsilon of the norms; DistilBERT's is fixed. */
  public TinyHuggingFace epsilon(double epsilon) {
    this.epsilon = family == HuggingFaceFamily.DISTILBERT ? this.epsilon : epsilon;
    return this;
  }

  /** Sets {@code pad_token_id}, at which RoBERTa's positions begin. */
  public TinyHuggingFace padding(int padding) {
    this.padding = padding;
    return this;
  }

  /** With a head for that many labels, as {@code ForSequenceClassification} models have it. */
  public TinyHuggingFace labels(int labels) {
    this.labels = labels;
    return this;
  }

  /** With the buffer of integers that older versions stored beside the weights. */
  public TinyHuggingFace positionBuffer() {
    positionBuffer = true;
    return this;
  }

  /** The weights in that many files and an index. */
  public TinyHuggingFace shards(int shards) {
    this.shards = shards;
    return this;
  }

  /** Another value of a field of {@code config.json}, or one more, as JSON. */
  public TinyHuggingFace field(String name, String json) {
    try {
      fields.put(name, JSON.readTree(json));
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
    return this;
  }

  /** Leaves a tensor out of the checkpoint, by its stored name. */
  public TinyHuggingFace without(String name) {
    without.add(name);
    return this;
  }

  /** The stored names of all tensors that are numbers, in order of the model. */
  public List<String> names() {
    return tensors().stream().map(tensor -> stored(tensor.name())).toList();
  }

  /** The numbers of a tensor by its stored name; matrices are {@code [outputs, inputs]}. */
  public float[] values(String name) {
    return tensors().stream()
        .filter(tensor -> stored(tensor.name()).equals(name))
        .map(HuggingFaceTensors.Tensor::values)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name));
  }

  /** The longest sequence that the positions allow. */
  public int maxTokens() {
    return family.countsPositions() ? positions - paddingIndex() - 1 : positions;
  }

  /** The files of the model's folder by name. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    ObjectNode config = HuggingFaceConfig.of(this);
    fields.forEach(config::set);
    files.put("config.json", SafetensorsMessages.bytes(config));
    files.put("tokenizer.json", TinyTokenizer.bytes(family.specialTokens(), vocabulary));
    List<SafetensorsMessages.Entry> entries = entries();
    if (shards == 1) {
      files.put("model.safetensors", SafetensorsMessages.file(entries));
      return files;
    }
    ObjectNode index = JSON.createObjectNode();
    int bytes = entries.stream().mapToInt(entry -> entry.raw().length).sum();
    index.putObject("metadata").put("total_size", bytes);
    ObjectNode map = index.putObject("weight_map");
    for (int shard = 0; shard < shards; shard++) {
      String file = "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
      List<SafetensorsMessages.Entry> part =
          entries.subList(entries.size() * shard / shards, entries.size() * (shard + 1) / shards);
      part.forEach(entry -> map.put(entry.name(), file));
      files.put(file, SafetensorsMessages.file(part));
    }
    files.put("model.safetensors.index.json", SafetensorsMessages.bytes(index));
    return files;
  }

  /** Writes the files into a folder, which exists, and returns it. */
  public Path write(Path folder) {
    try {
      for (Map.Entry<String, byte[]> file : files().entrySet()) {
        Files.write(folder.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
    return folder;
  }

  /** The last hidden state of each token of a sequence, all of the first type. */
  public float[][] reference(int[] ids) {
    return reference(ids, new int[ids.length]);
  }

  /**
   * The last hidden state of each token of a sequence.
   *
   * @param ids the tokens
   * @param types their types; where the family has none it does not look at them
   */
  public float[][] reference(int[] ids, int[] types) {
    try (OnnxRuntimeEncoder encoder = new OnnxRuntimeEncoder(graph())) {
      return encoder.tokenOutputs(ids, types);
    }
  }

  /**
   * The logits of a sequence, one for each label.
   *
   * @param ids the tokens
   * @param types their types; where the family has none it does not look at them
   */
  public float[] logits(int[] ids, int[] types) {
    if (labels == 0) {
      throw new IllegalStateException("A base model has no logits");
    }
    try (OnnxRuntimeEncoder encoder = new OnnxRuntimeEncoder(graph())) {
      return encoder.logits(ids, types);
    }
  }

  /** The reference as an ONNX model. */
  byte[] graph() {
    return new HuggingFaceGraph(this).model();
  }

  List<HuggingFaceTensors.Tensor> tensors() {
    return new HuggingFaceTensors(this).all();
  }

  /** The token that takes no position. MPNet's is fixed, whatever its configuration says. */
  int paddingIndex() {
    return family == HuggingFaceFamily.MPNET ? 1 : padding;
  }

  private List<SafetensorsMessages.Entry> entries() {
    List<SafetensorsMessages.Entry> entries = new ArrayList<>();
    for (HuggingFaceTensors.Tensor tensor : tensors()) {
      byte[] raw = TinyTensors.bytes(type, tensor.values());
      entries.add(
          new SafetensorsMessages.Entry(
              stored(tensor.name()), type.name(), type.bytes(), raw, tensor.shape()));
    }
    if (positionBuffer) {
      byte[] raw = OnnxMessages.longs(LongStream.range(0, positions).toArray());
      entries.add(
          new SafetensorsMessages.Entry(
              stored("embeddings.position_ids"), "I64", 8, raw, 1, positions));
    }
    entries.removeIf(entry -> without.contains(entry.name()));
    return entries;
  }

  /** The base model's tensors have its prefix once there is a head. */
  private String stored(String name) {
    return labels == 0 || family.isOfHead(name) ? name : family.prefix() + name;
  }
}
