package io.octavo.load;

import io.octavo.layer.LinearFormat;
import io.octavo.load.pass.PassPipeline;
import io.octavo.model.Pooling;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How a model is loaded. Made by {@link #defaults()} and the {@code with} methods.
 *
 * @param linearFormat what becomes of the linear layers
 * @param embeddingType how embeddings are stored
 * @param threads most threads one call may use, the caller's included; the pool's size bounds it
 *     too
 * @param maxTokens where texts are cut, special tokens included; 0 for what the model's files say,
 *     or else the model's positions
 * @param pooling how token outputs become one vector; null for what the model's files say, or else
 *     the mean
 * @param normalize whether vectors are scaled to length 1; null for what the model's files say;
 *     where they say nothing of sentence vectors at all, they are
 * @param prompts texts to put before others, by their names, such as {@code query}; they replace
 *     those of the same names in the model's files
 * @param tokenizer the tokenizer's file; null for the one among the model's files
 * @param sourceKept whether a model that does not come from a file on disk stays in memory as it
 *     was, so that outlier weights can be in 16 bits; otherwise they are {@link
 *     io.octavo.quantize.OutlierWeights#INT8}
 * @param passes exact passes over the weights of a decoder, before anything is quantized
 * @param progress told how far the load has come
 * @param cancelled asked before each part of the model is read; once it says yes, the load ends by
 *     {@link io.octavo.error.LoadCancelledException}, as it does when its thread is interrupted
 */
public record LoadOptions(
    LinearFormat linearFormat,
    DType embeddingType,
    int threads,
    int maxTokens,
    @Nullable Pooling pooling,
    @Nullable Boolean normalize,
    Map<String, String> prompts,
    @Nullable Path tokenizer,
    boolean sourceKept,
    PassPipeline passes,
    LoadProgress progress,
    BooleanSupplier cancelled) {

  private static final LoadOptions DEFAULTS =
      new LoadOptions(
          LinearFormat.int8(LlmInt8.defaults()),
          DType.F16,
          Integer.MAX_VALUE,
          0,
          null,
          null,
          Map.of(),
          null,
          false,
          PassPipeline.none(),
          LoadProgress.NONE,
          () -> false);

  /** Refuses what means nothing. */
  public LoadOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("At least one thread is needed, not " + threads);
    }
    if (maxTokens < 0) {
      throw new IllegalArgumentException(
          "A text cannot be cut at " + maxTokens + " tokens; 0 asks for the model's own limit");
    }
    prompts = Map.copyOf(prompts);
  }

  /**
   * LLM.int8() as in {@link LlmInt8#defaults()}, embeddings in float16, every thread of the pool,
   * and whatever the model's files say of tokens, pooling, length and prompts.
   */
  public static LoadOptions defaults() {
    return DEFAULTS;
  }

  /** These options with linear layers quantized so. */
  public LoadOptions withQuantization(LlmInt8 value) {
    return withLinearFormat(LinearFormat.int8(value));
  }

  /**
   * These options with linear layers and embeddings in floating point of that type.
   *
   * @param type {@link DType#F32}, {@link DType#F16} or {@link DType#BF16}
   */
  public LoadOptions withFloatingPoint(DType type) {
    return withLinearFormat(LinearFormat.floatingPoint(type)).withEmbeddingType(type);
  }

  /** These options with linear layers in another format. */
  public LoadOptions withLinearFormat(LinearFormat value) {
    return new LoadOptions(
        value,
        embeddingType,
        threads,
        maxTokens,
        pooling,
        normalize,
        prompts,
        tokenizer,
        sourceKept,
        passes,
        progress,
        cancelled);
  }

  /** These options with embeddings stored in another type; {@link DType#I8} is absmax per row. */
  public LoadOptions withEmbeddingType(DType value) {
    return new LoadOptions(
        linearFormat,
        value,
        threads,
        maxTokens,
        pooling,
        normalize,
        prompts,
        tokenizer,
        sourceKept,
        passes,
        progress,
        cancelled);
  }

  /** These options with at most that many threads. */
  public LoadOptions withThreads(int value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        value,
        maxTokens,
        pooling,
        normalize,
        prompts,
        tokenizer,
        sourceKept,
        passes,
        progress,
        cancelled);
  }

  /** These options with texts cut at that many tokens, special tokens included. */
  public LoadOptions withMaxTokens(int value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        threads,
        value,
        pooling,
        normalize,
        prompts,
        tokenizer,
        sourceKept,
        passes,
        progress,
        cancelled);
  }

  /** These options with that pooling, whatever the model's files say. */
  public LoadOptions withPooling(Pooling value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        threads,
        maxTokens,
        value,
        normalize,
        prompts,
        tokenizer,
        sourceKept,
        passes,
        progress,
        cancelled);
  }

  /** These options with vectors scaled to length 1, or not, whatever the model's files say. */
  public LoadOptions withNormalization(boolean value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        threads,
        maxTokens,
        pooling,
        value,
        prompts,
        tokenizer,
        sourceKept,
        passes,
        progress,
        cancelled);
  }

  /** These options with those prompts, by their names, beside the ones in the model's files. */
  public LoadOptions withPrompts(Map<String, String> value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        threads,
        maxTokens,
        pooling,
        normalize,
        value,
        tokenizer,
        sourceKept,
        passes,
        progress,
        cancelled);
  }

  /** These options with the tokenizer read from that file. */
  public LoadOptions withTokenizer(Path value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        threads,
        maxTokens,
        pooling,
        normalize,
        prompts,
        value,
        sourceKept,
        passes,
        progress,
        cancelled);
  }

  /** These options with a model that is loaded from memory kept there, or not. */
  public LoadOptions withSourceKept(boolean value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        threads,
        maxTokens,
        pooling,
        normalize,
        prompts,
        tokenizer,
        value,
        passes,
        progress,
        cancelled);
  }

  /**
   * These options with passes over a decoder's weights while it loads, such as {@link
   * PassPipeline#toRmsNorm()}. The model's report says what was done to which tensor. A load of a
   * model that a pass would change ends by {@link io.octavo.error.UnsupportedModelException}, with
   * the reason.
   */
  public LoadOptions withPasses(PassPipeline value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        threads,
        maxTokens,
        pooling,
        normalize,
        prompts,
        tokenizer,
        sourceKept,
        value,
        progress,
        cancelled);
  }

  /** These options with that listener. */
  public LoadOptions withProgress(LoadProgress value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        threads,
        maxTokens,
        pooling,
        normalize,
        prompts,
        tokenizer,
        sourceKept,
        passes,
        value,
        cancelled);
  }

  /** These options with a load that ends once {@code value} says so. */
  public LoadOptions withCancellation(BooleanSupplier value) {
    return new LoadOptions(
        linearFormat,
        embeddingType,
        threads,
        maxTokens,
        pooling,
        normalize,
        prompts,
        tokenizer,
        sourceKept,
        passes,
        progress,
        value);
  }
}
