package io.octavo;

import io.octavo.error.InvalidInputException;
import io.octavo.load.LoadOptions;
import io.octavo.load.LoadProgress;
import io.octavo.load.ModelFiles;
import io.octavo.load.ModelSource;
import io.octavo.load.SentenceModules;
import io.octavo.model.SequenceRunner;
import io.octavo.model.TokenSequence;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Turns texts into vectors with a sentence-embedding model, in 8 bits unless told otherwise.
 *
 * <pre>{@code
 * try (TextEmbedder model = TextEmbedder.load(Path.of("all-MiniLM-L6-v2"))) {
 *   float[] vector = model.embed("The quick brown fox");
 * }
 * }</pre>
 *
 * <p>What a model's sentence-transformers files say is obeyed: which tokens are pooled how, what
 * follows, where texts are cut, whether they are put into lower case, and the prompts. Where there
 * are none (an ONNX file alone), vectors are the mean of the token outputs, scaled to length 1.
 * White space around a text is dropped.
 *
 * <p>Safe for any number of threads. A text's vector is the same, bit for bit, alone or in any
 * batch, and on any number of threads (but for LLM.int8()'s scopes of a batch, see {@link
 * io.octavo.quantize.OutlierScope}, and schemes with one constant for all activations).
 */
public final class TextEmbedder implements AutoCloseable {
  private final LoadedEncoder model;
  private final SentencePipeline pipeline;

  private TextEmbedder(LoadedEncoder model, SentencePipeline pipeline) {
    this.model = model;
    this.pipeline = pipeline;
  }

  /** Loads a model with {@link LoadOptions#defaults()}: LLM.int8() while loading. */
  public static TextEmbedder load(Path model) {
    return load(model, LoadOptions.defaults());
  }

  /**
   * Loads a model from disk.
   *
   * @param model a folder as sentence-transformers or the transformers library writes it, or a file
   *     of one, {@code *.onnx} or {@code *.safetensors}; with {@code tokenizer.json}, or {@code
   *     <name>-tokenizer.json}, beside it
   * @throws io.octavo.error.CheckpointException if a file is absent, damaged or contradicts itself
   * @throws io.octavo.error.UnsupportedModelException if it holds something else than such a model
   * @throws io.octavo.error.LoadCancelledException if the options or an interrupt ended the load
   */
  public static TextEmbedder load(Path model, LoadOptions options) {
    return load(ModelSource.of(model), options);
  }

  /**
   * Loads a model from anywhere; as {@link #load(Path, LoadOptions)} otherwise.
   *
   * @param source its files: on disk, in memory, or on the class path
   */
  public static TextEmbedder load(ModelSource source, LoadOptions options) {
    return ModelLoading.interruptibly(source, () -> loadNow(source, options));
  }

  private static TextEmbedder loadNow(ModelSource source, LoadOptions options) {
    SentenceModules modules = SentenceModules.read(source);
    String folder = modules == null ? "" : modules.transformerFile("");
    ModelFiles files = ModelFiles.find(source, folder, options.tokenizer());
    return EncoderLoading.load(
        files,
        options,
        modules == null ? OptionalInt.empty() : modules.maxTokens(),
        (found, memory, team) ->
            SentencePipeline.build(
                source, modules, found.descriptor().width(), options, memory, team),
        TextEmbedder::new);
  }

  /** Features of a vector. */
  public int dimensions() {
    return pipeline.outputs();
  }

  /** Where texts are cut, in tokens, special tokens included. */
  public int maxTokens() {
    return model.maxTokens();
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  /** The prompts by their names, such as {@code query}: texts that are put before others. */
  public Map<String, String> prompts() {
    return pipeline.prompts().texts();
  }

  /** The vector of a text, behind the model's default prompt if it has one. */
  public float[] embed(String text) {
    return embedAll(List.of(text)).getFirst();
  }

  /**
   * The vectors of texts, in their order, behind the model's default prompt if it has one; batches
   * are made of texts of similar length.
   */
  public List<float[]> embedAll(List<String> texts) {
    return embedBehind(pipeline.prompts().standard(), texts);
  }

  /**
   * The vector of what somebody searches for: behind the prompt {@code query}, or else the default
   * one.
   */
  public float[] embedQuery(String text) {
    return embedQueries(List.of(text)).getFirst();
  }

  /** The vectors of several queries, as {@link #embedQuery}. */
  public List<float[]> embedQueries(List<String> texts) {
    return embedBehind(pipeline.prompts().query(), texts);
  }

  /**
   * The vector of what is to be found: behind the prompt {@code document}, {@code passage} or
   * {@code corpus}, or else the default one.
   */
  public float[] embedPassage(String text) {
    return embedPassages(List.of(text)).getFirst();
  }

  /** The vectors of several passages, as {@link #embedPassage}. */
  public List<float[]> embedPassages(List<String> texts) {
    return embedBehind(pipeline.prompts().passage(), texts);
  }

  /**
   * The vectors of texts behind a prompt.
   *
   * @param prompt the name of one of {@link #prompts()}
   * @throws IllegalArgumentException if there is none of that name
   */
  public List<float[]> embedAll(String prompt, List<String> texts) {
    return embedBehind(pipeline.prompts().named(prompt), texts);
  }

  private List<float[]> embedBehind(String prompt, List<String> texts) {
    List<int[]> sequences = new ArrayList<>(texts.size());
    for (String text : texts) {
      sequences.add(tokenizer().encode(pipeline.prepare(prompt + text), maxTokens()));
    }
    return embedTokens(sequences, pipeline.promptTokens(prompt, tokenizer(), maxTokens()));
  }

  /**
   * The vector of a sequence of token ids, which is used as it is: special tokens and prompts are
   * the caller's.
   *
   * @throws InvalidInputException if there are none, too many, or an id is no token's
   */
  public float[] embedTokens(int[] ids) {
    return embedAllTokens(List.of(ids)).getFirst();
  }

  /** The vectors of sequences of token ids, in their order. */
  public List<float[]> embedAllTokens(List<int[]> sequences) {
    return embedTokens(sequences, 0);
  }

  private List<float[]> embedTokens(List<int[]> sequences, int promptTokens) {
    float[][] vectors = new float[sequences.size()][];
    forward(
        sequences,
        (sequence, hidden, first, last) ->
            vectors[sequence] = pipeline.vector(hidden, first, last, promptTokens));
    return List.of(vectors);
  }

  /** The outputs of a text's tokens, special tokens included: {@code [tokens][width]}. */
  public float[][] tokenOutputs(String text) {
    return tokenOutputs(tokenizer().encode(pipeline.prepare(text), maxTokens()));
  }

  /** The outputs of those tokens, before pooling: {@code [tokens][width]}. */
  public float[][] tokenOutputs(int[] ids) {
    return allTokenOutputs(List.of(ids)).getFirst();
  }

  /**
   * The outputs of the tokens of sequences of token ids, in their order, before pooling: {@code
   * [tokens][width]} each.
   *
   * @throws InvalidInputException if a sequence is empty or too long, or an id is no token's
   */
  public List<float[][]> allTokenOutputs(List<int[]> sequences) {
    int width = model.descriptor().width();
    float[][][] outputs = new float[sequences.size()][][];
    forward(
        sequences,
        (sequence, hidden, first, last) -> {
          float[][] rows = new float[last - first][];
          for (int t = first; t < last; t++) {
            rows[t - first] = Arrays.copyOfRange(hidden, t * width, (t + 1) * width);
          }
          outputs[sequence] = rows;
        });
    return List.of(outputs);
  }

  private void forward(List<int[]> sequences, SequenceRunner.Receiver receiver) {
    model.forward(sequences.stream().map(TokenSequence::of).toList(), receiver);
  }

  /**
   * Writes the quantized model to a folder that loads again by {@link #load(Path, LoadOptions)}, in
   * the layout in which the transformers library saves what the reference library of LLM.int8()
   * quantized: linear layers as int8 codes with a constant per output, embeddings in the type in
   * which this model holds them (in float32 where that is int8), everything else in float32.
   * Pooling, what follows it, prompts and the limit of tokens are written as sentence-transformers
   * does, as they are in effect here, the options of the load included.
   *
   * <p>Loaded again with the same options, the model gives the same vectors, bit for bit, as this
   * one does if its outlier weights are {@link io.octavo.quantize.OutlierWeights#INT8}; others read
   * weights that are not exported. The source need not be there any more.
   *
   * <p>The folder appears under its name only once it is whole and on disk; whatever fails, nothing
   * is left behind. A process that ends meanwhile leaves a folder whose name begins with a dot and
   * ends with {@code .tmp}.
   *
   * @param folder where to; must not be there, or be empty
   * @throws IllegalStateException if the model is closed, or the layout cannot hold it: linear
   *     layers in floating point, or zeropoint codes
   * @throws io.octavo.error.CheckpointException if the folder cannot be written, somebody else
   *     filled it meanwhile, or the thread was interrupted
   */
  public void export(Path folder) {
    export(folder, LoadProgress.NONE);
  }

  /**
   * As {@link #export(Path)}.
   *
   * @param progress told of each tensor before it is written
   */
  public void export(Path folder, LoadProgress progress) {
    model.export(folder, pipeline.export(maxTokens()), progress);
  }

  /** What the model is and has met so far. */
  public ModelReport report() {
    return model.report();
  }

  /** Waits for running calls, refuses new ones, and frees the model's memory. */
  @Override
  public void close() {
    model.close();
  }
}
