package io.octavo.load;

import io.octavo.layer.LinearFormat;
import io.octavo.model.Pooling;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a model is loaded. Made by {@link #defaults()} and the {@code with} methods.
 *
 * @param linearFormat what becomes of the linear layers
 * @param embeddingType how embeddings are stored
 * @param threads most threads one call may use, the caller's included; the pool's size bounds it
 *     too
 * @param maxTokens where texts are cut, special tokens included; 0 for what the tokenizer's file
 *     says, or else the model's positions
 * @param pooling how token outputs become one vector
 * @param normalize whether vectors are scaled to length 1
 * @param tokenizer the tokenizer's file; null to look beside the model
 * @param progress told how far the load has come
 */
public record LoadOptions(
    LinearFormat linearFormat,
    DType embeddingType,
    int threads,
    int maxTokens,
    Pooling pooling,
    boolean normalize,
    @Nullable Path tokenizer,
    LoadProgress progress) {

  private static final LoadOptions DEFAULTS =
      new LoadOptions(
          LinearFormat.int8(LlmInt8.defaults()),
          DType.F16,
          Integer.MAX_VALUE,
          0,
          Pooling.MEAN,
          true,
          null,
          LoadProgress.NONE);

  /** Refuses what means nothing. */
  public LoadOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("At least one thread is needed, not " + threads);
    }
    if (maxTokens < 0) {
      throw new IllegalArgumentException(
          "A text cannot be cut at " + maxTokens + " tokens; 0 asks for the tokenizer's own limit");
    }
  }

  /**
   * LLM.int8() as in {@link LlmInt8#defaults()}, embeddings in float16, every thread of the pool,
   * the tokenizer's own limit, mean pooling, vectors of length 1, the tokenizer found beside the
   * model, no progress.
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
        value, embeddingType, threads, maxTokens, pooling, normalize, tokenizer, progress);
  }

  /** These options with embeddings stored in another type; {@link DType#I8} is absmax per row. */
  public LoadOptions withEmbeddingType(DType value) {
    return new LoadOptions(
        linearFormat, value, threads, maxTokens, pooling, normalize, tokenizer, progress);
  }

  /** These options with at most that many threads. */
  public LoadOptions withThreads(int value) {
    return new LoadOptions(
        linearFormat, embeddingType, value, maxTokens, pooling, normalize, tokenizer, progress);
  }

  /** These options with texts cut at that many tokens, special tokens included. */
  public LoadOptions withMaxTokens(int value) {
    return new LoadOptions(
        linearFormat, embeddingType, threads, value, pooling, normalize, tokenizer, progress);
  }

  /** These options with another pooling. */
  public LoadOptions withPooling(Pooling value) {
    return new LoadOptions(
        linearFormat, embeddingType, threads, maxTokens, value, normalize, tokenizer, progress);
  }

  /** These options with vectors scaled to length 1, or left as they are. */
  public LoadOptions withNormalization(boolean value) {
    return new LoadOptions(
        linearFormat, embeddingType, threads, maxTokens, pooling, value, tokenizer, progress);
  }

  /** These options with the tokenizer read from that file. */
  public LoadOptions withTokenizer(Path value) {
    return new LoadOptions(
        linearFormat, embeddingType, threads, maxTokens, pooling, normalize, value, progress);
  }

  /** These options with that listener. */
  public LoadOptions withProgress(LoadProgress value) {
    return new LoadOptions(
        linearFormat, embeddingType, threads, maxTokens, pooling, normalize, tokenizer, value);
  }
}
