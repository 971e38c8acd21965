package io.octavo;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.layer.Int8Linear;
import io.octavo.load.BertOnnx;
import io.octavo.load.EncoderCheckpoint;
import io.octavo.load.LoadOptions;
import io.octavo.load.OnnxCheckpoint;
import io.octavo.load.TokenizerLocation;
import io.octavo.model.Encoder;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.SequenceRunner;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.tensor.NativeMemory;
import io.octavo.text.Tokenizer;
import io.octavo.text.TokenizerFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

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
  private final OnnxCheckpoint checkpoint;
  private final NativeMemory memory;
  private final Encoder encoder;
  private final Tokenizer tokenizer;
  private final LoadOptions options;
  private final int maxTokens;
  private final List<String> ignored;
  private final Duration loadTime;
  private final SequenceRunner runner;
  private final ReadWriteLock usage = new ReentrantReadWriteLock();
  private boolean closed;

  private TextEmbedder(
      OnnxCheckpoint checkpoint,
      NativeMemory memory,
      Encoder encoder,
      Tokenizer tokenizer,
      LoadOptions options,
      List<String> ignored,
      long startNanos) {
    this.checkpoint = checkpoint;
    this.memory = memory;
    this.encoder = encoder;
    this.runner = new SequenceRunner(encoder);
    this.tokenizer = tokenizer;
    this.options = options;
    this.ignored = ignored;
    int positions = encoder.descriptor().positions();
    int wanted =
        options.maxTokens() > 0 ? options.maxTokens() : tokenizer.maxTokens().orElse(positions);
    this.maxTokens = Math.min(wanted, positions);
    this.loadTime = Duration.ofNanos(System.nanoTime() - startNanos);
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
    long start = System.nanoTime();
    // Read beside the weights: in a JVM that has just started it takes about as long as they do.
    FutureTask<Tokenizer> reading = new FutureTask<>(() -> readTokenizer(file, options));
    Thread.ofPlatform().daemon().name("octavo-tokenizer").start(reading);
    OnnxCheckpoint checkpoint = OnnxCheckpoint.open(file);
    NativeMemory memory = new NativeMemory();
    try (Team team = WorkerPool.shared().enter(options.threads())) {
      EncoderCheckpoint found = BertOnnx.read(checkpoint);
      EncoderDescriptor descriptor = found.descriptor();
      if (options.maxTokens() > descriptor.positions()) {
        throw new InvalidInputException(
            "maxTokens is " + options.maxTokens() + "; the model has " + descriptor.positions());
      }
      Encoder encoder =
          Encoder.build(
              descriptor,
              found.weights(),
              options.linearFormat(),
              options.embeddingType(),
              memory,
              team,
              options.progress()::progress);
      Tokenizer tokenizer = await(reading);
      if (tokenizer.vocabularySize() > descriptor.vocabulary()) {
        throw new CheckpointException(
            file.toString(),
            "",
            "the tokenizer has "
                + tokenizer.vocabularySize()
                + " tokens, the model "
                + descriptor.vocabulary()
                + "; they do not belong together");
      }
      return new TextEmbedder(
          checkpoint, memory, encoder, tokenizer, options, found.ignored(), start);
    } catch (InvalidInputException exception) {
      release(memory, checkpoint);
      throw new CheckpointException(
          file.toString(), "", String.valueOf(exception.getMessage()), exception);
    } catch (RuntimeException | Error exception) {
      release(memory, checkpoint);
      throw exception;
    }
  }

  private static Tokenizer readTokenizer(Path model, LoadOptions options) {
    Path file = options.tokenizer();
    return TokenizerFile.read(file == null ? TokenizerLocation.beside(model) : file);
  }

  private static Tokenizer await(FutureTask<Tokenizer> reading) {
    try {
      return reading.get();
    } catch (ExecutionException exception) {
      switch (exception.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException(exception);
      }
    } catch (InterruptedException exception) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The load was interrupted", exception);
    }
  }

  private static void release(NativeMemory memory, OnnxCheckpoint checkpoint) {
    memory.close();
    checkpoint.close();
  }

  /** Features of a vector. */
  public int dimensions() {
    return encoder.descriptor().width();
  }

  /** Where texts are cut, in tokens, special tokens included. */
  public int maxTokens() {
    return maxTokens;
  }

  /** The tokenizer. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The vector of a text. */
  public float[] embed(String text) {
    return embedTokens(tokenizer.encode(text, maxTokens));
  }

  /** The vectors of texts, in their order; batches are made of texts of similar length. */
  public List<float[]> embedAll(List<String> texts) {
    List<int[]> sequences = new ArrayList<>(texts.size());
    for (String text : texts) {
      sequences.add(tokenizer.encode(text, maxTokens));
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
    return tokenOutputs(tokenizer.encode(text, maxTokens));
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
    EncoderDescriptor descriptor = encoder.descriptor();
    List<ModelReport.LayerOutliers> outliers = new ArrayList<>();
    for (Encoder.NamedLinear named : encoder.linears()) {
      if (named.linear() instanceof Int8Linear linear) {
        outliers.add(new ModelReport.LayerOutliers(named.name(), linear.census().snapshot()));
      }
    }
    return new ModelReport(
        checkpoint.source(),
        descriptor,
        descriptor.parameters() * Float.BYTES,
        memory.allocatedBytes(),
        loadTime,
        ignored,
        List.copyOf(outliers));
  }

  /** Waits for running calls, refuses new ones, and frees the model's memory. */
  @Override
  public void close() {
    usage.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        release(memory, checkpoint);
      }
    } finally {
      usage.writeLock().unlock();
    }
  }

  private void forward(List<int[]> sequences, SequenceRunner.Receiver receiver) {
    for (int[] ids : sequences) {
      if (ids.length == 0 || ids.length > encoder.descriptor().positions()) {
        throw new InvalidInputException(
            "A sequence of "
                + ids.length
                + " tokens; the model takes 1 to "
                + encoder.descriptor().positions());
      }
    }
    usage.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("This model is closed");
      }
      try (Team team = WorkerPool.shared().enter(options.threads())) {
        runner.run(sequences, team, receiver);
      }
    } finally {
      usage.readLock().unlock();
    }
  }

  private float[] pool(float[] hidden, int first, int last) {
    float[] vector = options.pooling().pool(hidden, first, last, dimensions());
    if (options.normalize()) {
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
