package io.octavo;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.load.LoadOptions;
import io.octavo.model.Pooling;
import io.octavo.model.SequenceRunner;
import io.octavo.model.TokenSequence;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Turns texts into vectors with a sentence-embedding model, in 8 bits unless told otherwise.
 *
 * <pre>{@code
 * try (TextEmbedder model = TextEmbedder.load(Path.of("all-MiniLM-L6-v2.onnx"))) {
 *   float[] vector = model.embed("The quick brown fox");
 * }
 * }</pre>
 *
 * <p>Safe for any number of threads. A text's vector is the same, bit for bit, alone or in any
 * batch, and on any number of threads (but for LLM.int8()'s scopes of a batch, see {@link
 * io.octavo.quantize.OutlierScope}, and schemes with one constant for all activations).
 */
public final class TextEmbedder implements AutoCloseable {
  private final LoadedEncoder model;
  private final Pooling pooling;
  private final boolean normalize;

  private TextEmbedder(LoadedEncoder model, LoadOptions options) {
    this.model = model;
    this.pooling = Objects.requireNonNullElse(options.pooling(), Pooling.MEAN);
    this.normalize = Objects.requireNonNullElse(options.normalize(), true);
  }

  /** Loads a model with {@link LoadOptions#defaults()}: LLM.int8() while loading. */
  public static TextEmbedder load(Path file) {
    return load(file, LoadOptions.defaults());
  }

  /**
   * Loads a BERT encoder from an ONNX file, with the tokenizer beside it ({@code
   * <name>-tokenizer.json} or {@code tokenizer.json}) or the one the options name.
   *
   * @throws CheckpointException if a file is absent, damaged or contradicts itself
   * @throws UnsupportedModelException if it holds something else than such a model
   * @throws InvalidInputException if the options ask for more tokens than the model has positions
   */
  public static TextEmbedder load(Path file, LoadOptions options) {
    return new TextEmbedder(EncoderLoading.load(file, options), options);
  }

  /** Features of a vector. */
  public int dimensions() {
    return model.descriptor().width();
  }

  /** Where texts are cut, in tokens, special tokens included. */
  public int maxTokens() {
    return model.maxTokens();
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return model.tokenizer();
  }

  /** The vector of a text. */
  public float[] embed(String text) {
    return embedTokens(tokenizer().encode(text, maxTokens()));
  }

  /** The vectors of texts, in their order; batches are made of texts of similar length. */
  public List<float[]> embedAll(List<String> texts) {
    List<int[]> sequences = new ArrayList<>(texts.size());
    for (String text : texts) {
      sequences.add(tokenizer().encode(text, maxTokens()));
    }
    return embedAllTokens(sequences);
  }

  /**
   * The vector of a sequence of token ids, which is used as it is: special tokens are the caller's.
   *
   * @throws InvalidInputException if there are none, too many, or an id is no token's
   */
  public float[] embedTokens(int[] ids) {
    return embedAllTokens(List.of(ids)).getFirst();
  }

  /** The vectors of sequences of token ids, in their order. */
  public List<float[]> embedAllTokens(List<int[]> sequences) {
    float[][] vectors = new float[sequences.size()][];
    forward(
        sequences,
        (sequence, hidden, first, last) -> vectors[sequence] = pool(hidden, first, last));
    return List.of(vectors);
  }

  /** The outputs of a text's tokens, special tokens included: {@code [tokens][dimensions]}. */
  public float[][] tokenOutputs(String text) {
    return tokenOutputs(tokenizer().encode(text, maxTokens()));
  }

  /** The outputs of those tokens, before pooling: {@code [tokens][dimensions]}. */
  public float[][] tokenOutputs(int[] ids) {
    return allTokenOutputs(List.of(ids)).getFirst();
  }

  /**
   * The outputs of the tokens of sequences of token ids, in their order, before pooling: {@code
   * [tokens][dimensions]} each.
   *
   * @throws InvalidInputException if a sequence is empty or too long, or an id is no token's
   */
  public List<float[][]> allTokenOutputs(List<int[]> sequences) {
    int width = dimensions();
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

  /** What the model is and has met so far. */
  public ModelReport report() {
    return model.report();
  }

  /** Waits for running calls, refuses new ones, and frees the model's memory. */
  @Override
  public void close() {
    model.close();
  }

  private void forward(List<int[]> sequences, SequenceRunner.Receiver receiver) {
    model.forward(sequences.stream().map(TokenSequence::of).toList(), receiver);
  }

  private float[] pool(float[] hidden, int first, int last) {
    float[] vector = pooling.pool(hidden, first, last, dimensions());
    if (normalize) {
      double squares = 0;
      for (float value : vector) {
        squares += (double) value * value;
      }
      // As in sentence-transformers, a vector of zeros stays one.
      float inverse = (float) (1 / Math.max(Math.sqrt(squares), 1e-12));
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= inverse;
      }
    }
    return vector;
  }
}
