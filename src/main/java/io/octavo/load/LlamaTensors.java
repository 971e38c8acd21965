package io.octavo.load;

import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.AttentionShape;
import io.octavo.model.DecoderWeights;
import io.octavo.model.LinearWeights;
import io.octavo.model.NormWeights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors that LLaMA and the families after it share, with what differs among them.
 *
 * @param projectionBias whether queries, keys and values have biases
 * @param outputBias whether the attention's output has
 * @param feedForwardBias whether the feed-forward part has
 * @param norms which norms a layer has
 */
record LlamaTensors(
    boolean projectionBias, boolean outputBias, boolean feedForwardBias, Norms norms) {
  /** The word embeddings, which mark a model. */
  static final String MARKER = "embed_tokens.weight";

  /**
   * The names of a layer's norms; null for one that it lacks.
   *
   * @param attention before the attention
   * @param attentionOutput behind it
   * @param feedForward before the feed-forward part
   * @param feedForwardOutput behind it
   * @param queryKey of queries and keys
   */
  record Norms(
      @Nullable String attention,
      @Nullable String attentionOutput,
      @Nullable String feedForward,
      @Nullable String feedForwardOutput,
      QueryKey queryKey) {
    /** LLaMA's. */
    static final Norms LLAMA =
        new Norms("input_layernorm", null, "post_attention_layernorm", null, QueryKey.NONE);

    /** A post-norm layer's (Mix-LN), where LLaMA's second name is that of the first norm. */
    static final Norms POST =
        new Norms(
            null, "post_attention_layernorm", null, "post_feedforward_layernorm", QueryKey.NONE);

    /** Gemma's. */
    static Norms sandwich(QueryKey queryKey) {
      return new Norms(
          "input_layernorm",
          "post_attention_layernorm",
          "pre_feedforward_layernorm",
          "post_feedforward_layernorm",
          queryKey);
    }
  }

  /** What norms of queries and keys are of. */
  enum QueryKey {
    /** There are none. */
    NONE,
    /** Each head by itself. */
    HEAD,
    /** All heads together. */
    ALL
  }

  /**
   * The tensors of a model.
   *
   * @param tied whether the head is the word embeddings
   */
  DecoderWeights read(TensorRoles tensors, DecoderDescriptor shape, boolean tied) {
    int width = shape.width();
    int vocabulary = shape.embedding().vocabulary();
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    for (int i = 0; i < shape.layers().size(); i++) {
      boolean post = shape.block(i).placement() == BlockPlacement.POST;
      layers.add(layer(tensors, "layers." + i + ".", shape, post ? Norms.POST : norms));
    }
    return new DecoderWeights(
        tensors.matrix(MARKER, vocabulary, width),
        null,
        null,
        null,
        layers,
        tensors.scaleNorm("norm", width),
        null,
        head(tensors, vocabulary, width, tied));
  }

  /** The head beside the model, or null where the word embeddings serve. */
  static @Nullable LinearWeights head(
      TensorRoles tensors, int vocabulary, int width, boolean tied) {
    if (tied) {
      return null;
    }
    // Older files of multimodal models have it behind another prefix than none.
    TensorRoles beside = tensors.beside();
    return beside.linearWithoutBias("lm_head", vocabulary, width);
  }

  private DecoderWeights.Layer layer(
      TensorRoles tensors, String name, DecoderDescriptor shape, Norms norms) {
    AttentionShape attention = shape.attention();
    int width = shape.width();
    int inner = shape.feedForward().width();
    int queries = attention.queryWidth();
    int keys = attention.keyValueWidth();
    String self = name + "self_attn.";
    String mlp = name + "mlp.";
    boolean heads = norms.queryKey == QueryKey.HEAD;
    return new DecoderWeights.Layer(
        norm(tensors, name, norms.attention, width),
        List.of(
            linear(tensors, self + "q_proj", queries, width, projectionBias),
            linear(tensors, self + "k_proj", keys, width, projectionBias),
            linear(tensors, self + "v_proj", keys, width, projectionBias)),
        queryKey(tensors, self + "q_norm", heads ? attention.headWidth() : queries),
        queryKey(tensors, self + "k_norm", heads ? attention.headWidth() : keys),
        linear(tensors, self + "o_proj", width, queries, outputBias),
        norm(tensors, name, norms.attentionOutput, width),
        norm(tensors, name, norms.feedForward, width),
        List.of(
            linear(tensors, mlp + "gate_proj", inner, width, feedForwardBias),
            linear(tensors, mlp + "up_proj", inner, width, feedForwardBias)),
        linear(tensors, mlp + "down_proj", width, inner, feedForwardBias),
        norm(tensors, name, norms.feedForwardOutput, width));
  }

  private @Nullable NormWeights queryKey(TensorRoles tensors, String name, int width) {
    return norms.queryKey == QueryKey.NONE ? null : tensors.scaleNorm(name, width);
  }

  private static @Nullable NormWeights norm(
      TensorRoles tensors, String layer, @Nullable String name, int width) {
    return name == null ? null : tensors.scaleNorm(layer + name, width);
  }

  private static LinearWeights linear(
      TensorRoles tensors, String name, int outputs, int inputs, boolean biased) {
    return biased
        ? tensors.linear(name, outputs, inputs)
        : tensors.linearWithoutBias(name, outputs, inputs);
  }
}
