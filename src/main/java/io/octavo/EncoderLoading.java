package io.octavo;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.LoadCancelledException;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.LinearFormat;
import io.octavo.load.BertOnnx;
import io.octavo.load.Checkpoint;
import io.octavo.load.EncoderCheckpoint;
import io.octavo.load.HuggingFaceEncoder;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelFiles;
import io.octavo.load.ModelSource;
import io.octavo.load.OnnxCheckpoint;
import io.octavo.load.SafetensorsCheckpoint;
import io.octavo.load.TokenizerFiles;
import io.octavo.model.Encoder;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.NamedLinear;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.NativeMemory;
import io.octavo.text.Tokenizer;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Loads an encoder, its tokenizer, and what a front door needs beside them. A load that fails
 * releases all it had mapped and allocated.
 */
final class EncoderLoading {
  private final ModelFiles files;
  private final LoadOptions options;
  private final LinearFormat format;

  private EncoderLoading(ModelFiles files, LoadOptions options) {
    this.files = files;
    this.options = options;
    this.format = format();
  }

  /**
   * What a front door makes of the checkpoint, beside the encoder.
   *
   * @param <T> what
   */
  @FunctionalInterface
  interface Extra<T> {
    /** Builds it; weights go to {@code memory}. */
    T build(EncoderCheckpoint found, NativeMemory memory, Team team);
  }

  /**
   * Takes what was loaded.
   *
   * @param <T> what was made of the checkpoint beside the encoder
   * @param <R> the front door
   */
  @FunctionalInterface
  interface Door<T, R> {
    /** Makes the front door. */
    R open(LoadedEncoder model, T extra);
  }

  /**
   * Loads.
   *
   * @param statedTokens where the model's files say that texts are cut
   */
  static <T, R> R load(
      ModelFiles files,
      LoadOptions options,
      OptionalInt statedTokens,
      Extra<T> extra,
      Door<T, R> door) {
    return new EncoderLoading(files, options).run(statedTokens, extra, door);
  }

  /** Loads; what an interrupt makes of reading files is the end of the load, and no damage. */
  static <R> R interruptibly(ModelSource source, Supplier<R> load) {
    try {
      return load.get();
    } catch (CheckpointException exception) {
      if (Thread.currentThread().isInterrupted()) {
        throw new LoadCancelledException(source.name(), exception);
      }
      throw exception;
    }
  }

  private <T, R> R run(OptionalInt statedTokens, Extra<T> extra, Door<T, R> door) {
    long start = System.nanoTime();
    // Read beside the weights: in a JVM that has just started it takes about as long as they do.
    NativeMemory memory = new NativeMemory();
    FutureTask<TokenizerFiles> reading = new FutureTask<>(() -> files.readTokenizer(memory));
    Thread reader = Thread.ofPlatform().daemon().name("octavo-tokenizer").start(reading);
    boolean loaded = false;
    try {
      R opened = run(start, memory, reading, statedTokens, extra, door);
      loaded = true;
      return opened;
    } finally {
      if (!loaded) {
        end(reader);
        memory.close();
      }
    }
  }

  private <T, R> R run(
      long start,
      NativeMemory memory,
      FutureTask<TokenizerFiles> reading,
      OptionalInt statedTokens,
      Extra<T> extra,
      Door<T, R> door) {
    Checkpoint checkpoint = open();
    boolean loaded = false;
    boolean keepsCheckpoint = false;
    try (Team team = WorkerPool.shared().enter(options.threads())) {
      EncoderCheckpoint found = find(checkpoint);
      Encoder encoder = build(found, memory, team);
      T made = extra.build(found, memory, team);
      checkpoint.check();
      TokenizerFiles tokenizerFiles = await(reading);
      Tokenizer tokenizer = tokenizerFiles.tokenizer();
      checkVocabulary(tokenizer, found.descriptor());
      keepsCheckpoint = encoder.linears().stream().anyMatch(named -> readsSource(named));
      LoadedEncoder model =
          new LoadedEncoder(
              encoder,
              found.form(),
              tokenizerFiles,
              maxTokens(statedTokens, tokenizer, found.descriptor()),
              options.threads(),
              origin(found, keepsCheckpoint),
              new LoadedMemory(memory, keepsCheckpoint ? checkpoint : null),
              start);
      R opened = door.open(model, made);
      loaded = true;
      return opened;
    } catch (InvalidInputException exception) {
      throw new CheckpointException(
          files.source().place(files.weights()),
          "",
          String.valueOf(exception.getMessage()),
          exception);
    } finally {
      if (!loaded || !keepsCheckpoint) {
        checkpoint.close();
      }
    }
  }

  /**
   * Waits for a thread, so that no file is open any more once a load has failed. It is not
   * interrupted: a file that is just being mapped would stay mapped, since the JDK closes the
   * channel then and forgets the map.
   */
  private static void end(Thread reader) {
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        reader.join();
      } catch (InterruptedException exception) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private String name() {
    return files.source().name();
  }

  private Checkpoint open() {
    return switch (files.format()) {
      case ONNX -> OnnxCheckpoint.open(files.source(), files.weights());
      case SAFETENSORS -> SafetensorsCheckpoint.open(files.source(), files.weights());
    };
  }

  private EncoderCheckpoint find(Checkpoint checkpoint) {
    return checkpoint instanceof OnnxCheckpoint onnx
        ? BertOnnx.read(onnx)
        : HuggingFaceEncoder.read(files.source(), files.configuration(), checkpoint);
  }

  private Encoder build(EncoderCheckpoint found, NativeMemory memory, Team team) {
    return Encoder.build(
        found.descriptor(),
        found.weights(),
        format,
        options.embeddingType(),
        memory,
        team,
        (part, done, total) -> {
          if (options.cancelled().getAsBoolean() || Thread.currentThread().isInterrupted()) {
            throw new LoadCancelledException(name());
          }
          options.progress().progress(part, done, total);
        });
  }

  /** Outlier weights in 16 bits need the file, and one in memory would be kept for them alone. */
  private LinearFormat format() {
    LinearFormat wanted = options.linearFormat();
    if (wanted instanceof LinearFormat.Int8(LlmInt8 int8)
        && int8.outlierWeights().readsSource()
        && !files.source().isOnDisk()
        && !options.sourceKept()) {
      return LinearFormat.int8(int8.withOutlierWeights(OutlierWeights.INT8));
    }
    return wanted;
  }

  private static boolean readsSource(NamedLinear named) {
    return named.linear() instanceof Int8Linear linear && linear.readsSource();
  }

  private ModelReport.Origin origin(EncoderCheckpoint found, boolean keepsCheckpoint) {
    String outliers = "";
    if (format instanceof LinearFormat.Int8(LlmInt8 int8) && int8.decomposes()) {
      outliers =
          keepsCheckpoint
              ? int8.outlierWeights() + ", read from there when outliers need them"
              : "from the int8 codes";
    }
    return new ModelReport.Origin(
        name(), files.format() + ", " + files.source().describe(), outliers, found.ignored());
  }

  private void checkVocabulary(Tokenizer tokenizer, EncoderDescriptor descriptor) {
    if (tokenizer.vocabularySize() > descriptor.vocabulary()) {
      throw new CheckpointException(
          tokenizerPlace(),
          "",
          "the tokenizer has "
              + tokenizer.vocabularySize()
              + " tokens, the model "
              + descriptor.vocabulary()
              + "; they do not belong together");
    }
  }

  private int maxTokens(OptionalInt stated, Tokenizer tokenizer, EncoderDescriptor descriptor) {
    int positions = descriptor.positions();
    if (options.maxTokens() > positions) {
      throw new InvalidInputException(
          "maxTokens is " + options.maxTokens() + "; the model has " + positions);
    }
    int wanted = positions;
    if (options.maxTokens() > 0) {
      wanted = options.maxTokens();
    } else if (stated.isPresent()) {
      wanted = stated.getAsInt();
    } else if (files.statedMaxTokens().isPresent()) {
      wanted = files.statedMaxTokens().getAsInt();
    } else if (tokenizer.maxTokens().isPresent()) {
      wanted = tokenizer.maxTokens().getAsInt();
    }
    int limit = Math.min(wanted, positions);
    int special = tokenizer.encode("", Integer.MAX_VALUE).length;
    if (limit < special) {
      throw new CheckpointException(
          tokenizerPlace(),
          "",
          "texts are cut at " + limit + " tokens, and there are " + special + " special ones");
    }
    return limit;
  }

  private String tokenizerPlace() {
    return files.tokenizers().place(files.tokenizer());
  }

  private TokenizerFiles await(FutureTask<TokenizerFiles> reading) {
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
      throw new LoadCancelledException(name());
    }
  }
}
