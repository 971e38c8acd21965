package io.octavo;

import io.octavo.error.CheckpointException;
import io.octavo.generate.TokenModel;
import io.octavo.load.Checkpoint;
import io.octavo.load.DecoderCheckpoint;
import io.octavo.load.HuggingFaceDecoder;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelFiles;
import io.octavo.load.ModelSource;
import io.octavo.load.TokenizerFiles;
import io.octavo.model.Decoder;
import io.octavo.model.DecoderRunner;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A language model, a decoder in 8 bits unless told otherwise: what it expects behind a sequence of
 * tokens.
 *
 * <pre>{@code
 * try (LanguageModel model = LanguageModel.load(Path.of("opt-1.3b"))) {
 *   TokenSequenceState sequence = model.tokens().open();
 *   sequence.append(model.tokenizer().encode("Once upon a time"));
 *   float[] logits = sequence.logits();
 * }
 * }</pre>
 *
 * <p>Safe for any number of threads; a sequence is used by one at a time. Logits are the same, bit
 * for bit, however tokens were cut into calls, whatever runs beside them, and on any number of
 * threads (but for LLM.int8()'s scopes of a batch, see {@link io.octavo.quantize.OutlierScope}, and
 * schemes with one constant for all activations).
 */
public final class LanguageModel implements AutoCloseable {
  private final Decoder decoder;
  private final DecoderRunner runner;
  private final @Nullable TokenizerFiles tokenizer;
  private final ModelReport.Origin origin;
  private final ModelInUse model;
  private final Duration loadTime;

  private LanguageModel(Built built, ModelLoading load, ModelLoading.Held held) {
    decoder = built.decoder;
    runner = new DecoderRunner(decoder);
    tokenizer = built.tokenizer;
    origin = load.origin(built.found.ignored(), held);
    model = new ModelInUse(held.memory(), load.options().threads(), origin);
    loadTime = Duration.ofNanos(System.nanoTime() - load.start());
  }

  /**
   * What was built of a checkpoint.
   *
   * @param found what was in it
   * @param tokenizer the tokenizer's files; null where there are none
   */
  private record Built(
      DecoderCheckpoint found, Decoder decoder, @Nullable TokenizerFiles tokenizer) {}

  /** Loads a model with {@link LoadOptions#defaults()}: LLM.int8() while loading. */
  public static LanguageModel load(Path model) {
    return load(model, LoadOptions.defaults());
  }

  /**
   * Loads a model from disk.
   *
   * @param model a folder as the transformers library writes it: {@code config.json}, safetensors,
   *     {@code tokenizer.json}
   * @throws CheckpointException if a file is absent, damaged or contradicts itself
   * @throws io.octavo.error.UnsupportedModelException if it holds something else than a decoder of
   *     a family that is served
   * @throws io.octavo.error.LoadCancelledException if the options or an interrupt ended the load
   */
  public static LanguageModel load(Path model, LoadOptions options) {
    return load(ModelSource.of(model), options);
  }

  /**
   * Loads a model from anywhere; as {@link #load(Path, LoadOptions)} otherwise.
   *
   * @param source its files: on disk, in memory, or on the class path
   */
  public static LanguageModel load(ModelSource source, LoadOptions options) {
    return ModelLoading.interruptibly(
        source,
        () ->
            ModelLoading.load(
                ModelFiles.find(source, "", options.tokenizer()),
                options,
                LanguageModel::build,
                built -> built.decoder.linears(),
                LanguageModel::new));
  }

  private static Built build(Checkpoint checkpoint, ModelLoading load, Team team) {
    ModelFiles files = load.files();
    DecoderCheckpoint found =
        HuggingFaceDecoder.read(files.source(), files.configuration(), checkpoint);
    Decoder decoder =
        Decoder.build(
            found.descriptor(),
            found.weights(),
            load.linearFormat(),
            load.options().embeddingType(),
            load.memory(),
            team,
            load::step);
    if (!files.hasTokenizer()) {
      return new Built(found, decoder, null);
    }
    TokenizerFiles tokenizer = load.tokenizer();
    load.checkVocabulary(
        tokenizer.tokenizer().vocabularySize(), found.descriptor().embedding().vocabulary());
    return new Built(found, decoder, tokenizer);
  }

  /** Sequences of tokens whose keys and values are kept in float32. */
  public TokenModel tokens() {
    return tokens(DType.F32);
  }

  /**
   * Sequences of tokens.
   *
   * @param keysAndValues how keys and values are kept: {@link DType#F32}, {@link DType#F16}, or
   *     {@link DType#I8}, by absmax for each head and token
   * @throws IllegalArgumentException if it is another type
   */
  public TokenModel tokens(DType keysAndValues) {
    return new DecoderTokens(decoder, runner, keysAndValues, model);
  }

  /** Longest sequence, in tokens. */
  public int contextLength() {
    return decoder.descriptor().positions();
  }

  /**
   * The tokenizer.
   *
   * @throws IllegalStateException if there was none among the model's files
   */
  public Tokenizer tokenizer() {
    if (tokenizer == null) {
      throw new IllegalStateException("There is no tokenizer beside " + origin.source());
    }
    return tokenizer.tokenizer();
  }

  /** What the model is and has met so far. */
  public ModelReport report() {
    return new ModelReport(
        origin,
        decoder.descriptor(),
        decoder.parameters() * Float.BYTES,
        model.offHeapBytes(),
        loadTime,
        ModelReport.outliers(decoder.linears()));
  }

  /** Waits for running calls, refuses new ones, and frees the model's memory. */
  @Override
  public void close() {
    model.close();
  }
}
