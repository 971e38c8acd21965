package io.octavo.load;

import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.OrderedMatrix;
import io.octavo.tensor.StoredMatrix;
import io.octavo.tensor.WeightMatrix;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What the converter to GGUF makes of a family ({@code convert_hf_to_gguf.py}): names, fields of
 * the configuration, and what it does to tensors, which is undone here, so that a family reads both
 * formats alike.
 *
 * @param names of tensors
 * @param change what the converter does to tensors
 * @param config adds the fields of {@code config.json}
 */
record GgufArchitecture(GgufNames names, Change change, Consumer<GgufMetadata> config) {
  /** What the converter does to tensors. */
  enum Change {
    /** Nothing. */
    NONE,
    /** Pairs of rotated features of queries and keys stand side by side. */
    PAIRS_ROTARY,
    /** All queries come first, then all keys, then all values, and not head by head. */
    SPLITS_HEADS,
    /** Norms' scales are larger by one. */
    ADDS_ONE,
    /** Weights stored by inputs are stored by outputs. */
    TRANSPOSES
  }

  private static final Map<String, GgufArchitecture> KNOWN =
      Map.of(
          "llama",
          new GgufArchitecture(GgufNames.LLAMA, Change.PAIRS_ROTARY, GgufConfig::llama),
          "qwen2",
          new GgufArchitecture(GgufNames.LLAMA, Change.NONE, GgufConfig::qwen2),
          "qwen3",
          new GgufArchitecture(GgufNames.LLAMA, Change.NONE, GgufConfig::qwen3),
          "olmo2",
          new GgufArchitecture(GgufNames.OLMO_2, Change.NONE, GgufConfig::olmo2),
          "phi3",
          new GgufArchitecture(GgufNames.PHI_3, Change.NONE, GgufConfig::phi3),
          "gemma2",
          new GgufArchitecture(GgufNames.GEMMA, Change.ADDS_ONE, GgufConfig::gemma2),
          "gemma3",
          new GgufArchitecture(GgufNames.GEMMA, Change.ADDS_ONE, GgufConfig::gemma3),
          "gpt2",
          new GgufArchitecture(GgufNames.GPT_2, Change.TRANSPOSES, GgufConfig::gpt2),
          "bloom",
          new GgufArchitecture(GgufNames.BLOOM, Change.SPLITS_HEADS, GgufConfig::bloom),
          "gptneox",
          new GgufArchitecture(GgufNames.GPT_NEOX, Change.SPLITS_HEADS, GgufConfig::gptNeoX));

  /**
   * The architecture of that name.
   *
   * @throws UnsupportedModelException if there is none
   */
  static GgufArchitecture of(String file, String name) {
    GgufArchitecture architecture = KNOWN.get(name);
    if (architecture == null) {
      throw new UnsupportedModelException(
          file,
          "metadata general.architecture: \""
              + name
              + "\" is not supported; these are: "
              + String.join(", ", new TreeSet<>(KNOWN.keySet())));
    }
    return architecture;
  }

  /**
   * A tensor as the library would have it, but for its name.
   *
   * @param heads of queries
   * @param keyHeads of keys and values
   */
  CheckpointTensor restore(CheckpointTensor stored, int heads, int keyHeads) {
    String module = GgufNames.module(stored.name());
    return switch (change) {
      case NONE -> stored;
      case PAIRS_ROTARY ->
          switch (module) {
            case "attn_q" -> ordered(stored, heads, 2);
            case "attn_k" -> ordered(stored, keyHeads, 2);
            default -> stored;
          };
      case SPLITS_HEADS ->
          module.equals("attn_qkv") ? GgufTensors.seenAs(stored, grouped(stored, heads)) : stored;
      case ADDS_ONE ->
          stored.name().endsWith("norm.weight")
              ? GgufTensors.seenAs(stored, GgufArchitecture::lessOne)
              : stored;
      case TRANSPOSES ->
          switch (module) {
            case "attn_qkv", "attn_output", "ffn_up", "ffn_down" ->
                stored.shape().size() == 2 ? GgufTensors.turned(stored) : stored;
            default -> stored;
          };
    };
  }

  /** Each head's first features before its second ones, where they stand in pairs. */
  private static CheckpointTensor ordered(CheckpointTensor stored, int heads, int parts) {
    int width = GgufTensors.rows(stored, heads * parts) * parts;
    int half = width / parts;
    return GgufTensors.seenAs(
        stored,
        matrix ->
            OrderedMatrix.of(
                matrix, row -> row / width * width + row % half * parts + row % width / half));
  }

  /** Queries, keys and values of each head in turn, where they stand kind by kind. */
  private static UnaryOperator<WeightMatrix> grouped(CheckpointTensor stored, int heads) {
    int width = GgufTensors.rows(stored, 3 * heads);
    return matrix ->
        OrderedMatrix.of(
            matrix,
            row -> {
              int head = row / (3 * width);
              int kind = row % (3 * width) / width;
              return (kind * heads + head) * width + row % width;
            });
  }

  /** The sum was rounded, and so is this; what adds one again gets what is stored. */
  private static WeightMatrix lessOne(WeightMatrix vector) {
    float[] values = new float[vector.rows()];
    vector.readColumn(0, values, 0);
    for (int i = 0; i < values.length; i++) {
      values[i] -= 1f;
    }
    return StoredMatrix.of(values, values.length, 1);
  }
}
