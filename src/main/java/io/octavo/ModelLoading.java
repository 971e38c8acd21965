package io.octavo;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.LoadCancelledException;
import io.octavo.kernel.Kernels;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.LinearFormat;
import io.octavo.load.Checkpoint;
import io.octavo.load.GgufModel;
import io.octavo.load.LoadOptions;
import io.octavo.load.ModelFiles;
import io.octavo.load.ModelSource;
import io.octavo.load.OnnxCheckpoint;
import io.octavo.load.SafetensorsCheckpoint;
import io.octavo.load.TokenizerFiles;
import io.octavo.load.pass.PassStep;
import io.octavo.model.NamedLinear;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierWeights;
import io.octavo.tensor.NativeMemory;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The load of any model: opens its checkpoint, reads the tokenizer beside it, and hands both to
 * what builds the model. A load that fails releases all it had mapped and allocated.
 */
final class ModelLoading {
  static {
    // Beside the files: in a JVM that has just started it takes about as long as reading them does.
    Thread.ofPlatform().daemon().name("octavo-kernels").start(Kernels::prepare);
  }

  private final ModelFiles files;
  private final LoadOptions options;
  private final LinearFormat format;
  private final NativeMemory memory = new NativeMemory();
  private final FutureTask<TokenizerFiles> reading;
  private final long start = System.nanoTime();

  private ModelLoading(ModelFiles files, LoadOptions options) {
    this.files = files;
    this.options = options;
    this.format = format();
    this.reading = new FutureTask<>(() -> files.readTokenizer(memory));
  }

  /**
   * Builds a model of a checkpoint.
   *
   * @param <M> the model
   */
  @FunctionalInterface
  interface Builder<M> {
    /** Builds it; weights go to {@link ModelLoading#memory}. */
    M build(Checkpoint checkpoint, ModelLoading load, Team team);
  }

  /**
   * Makes the front door of a model that is built.
   *
   * @param <M> the model
   * @param <R> the front door
   */
  @FunctionalInterface
  interface Door<M, R> {
    /** Makes it; {@code memory} is the door's from then on. */
    R open(M model, ModelLoading load, Held held);
  }

  /**
   * What a model that is built holds, and needs to know of it.
   *
   * @param memory what is released when it is closed
   * @param outlierWeights in which precision outliers meet the weights, for a person
   */
  record Held(LoadedMemory memory, String outlierWeights) {}

  /**
   * Loads.
   *
   * @param builder builds the model
   * @param linears the linear layers of what it built, which may need the checkpoint further on
   * @param door makes what is returned
   */
  static <M, R> R load(
      ModelFiles files,
      LoadOptions options,
      Builder<M> builder,
      Function<M, List<NamedLinear>> linears,
      Door<M, R> door) {
    return new ModelLoading(files, options).run(builder, linears, door);
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

  /** The model's files. */
  ModelFiles files() {
    return files;
  }

  /** How it is loaded. */
  LoadOptions options() {
    return options;
  }

  /** What becomes of linear layers. */
  LinearFormat linearFormat() {
    return format;
  }

  /** Where weights go. */
  NativeMemory memory() {
    return memory;
  }

  /** When the load began, by {@link System#nanoTime}. */
  long start() {
    return start;
  }

  /** Told of each tensor before it is read; ends the load where it was cancelled. */
  void step(String part, int done, int total) {
    if (options.cancelled().getAsBoolean() || Thread.currentThread().isInterrupted()) {
      throw new LoadCancelledException(files.source().name());
    }
    options.progress().progress(part, done, total);
  }

  /**
   * Where a model came from.
   *
   * @param changes what passes did to its weights
   * @param ignored what else is in its files
   */
  ModelReport.Origin origin(List<PassStep> changes, List<String> ignored, Held held) {
    return new ModelReport.Origin(
        files.source().name(),
        files.format() + ", " + files.source().describe(),
        held.outlierWeights,
        changes,
        ignored);
  }

  private <M, R> R run(
      Builder<M> builder, Function<M, List<NamedLinear>> linears, Door<M, R> door) {
    // Beside the weights: in a JVM that has just started it takes about as long as they do.
    Thread reader = Thread.ofPlatform().daemon().name("octavo-tokenizer").start(reading);
    boolean loaded = false;
    try {
      R opened = build(builder, linears, door);
      loaded = true;
      return opened;
    } finally {
      if (!loaded) {
        end(reader);
        memory.close();
      }
    }
  }

  private <M, R> R build(
      Builder<M> builder, Function<M, List<NamedLinear>> linears, Door<M, R> door) {
    Checkpoint checkpoint = open();
    boolean loaded = false;
    boolean keepsCheckpoint = false;
    try (Team team = WorkerPool.shared().enter(options.threads())) {
      M model = builder.build(checkpoint, this, team);
      checkpoint.check();
      keepsCheckpoint = linears.apply(model).stream().anyMatch(ModelLoading::readsSource);
      LoadedMemory held = new LoadedMemory(memory, keepsCheckpoint ? checkpoint : null);
      R opened = door.open(model, this, new Held(held, outlierWeights(keepsCheckpoint)));
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

  private Checkpoint open() {
    return switch (files.format()) {
      case ONNX -> OnnxCheckpoint.open(files.source(), files.weights());
      case SAFETENSORS -> SafetensorsCheckpoint.open(files.source(), files.weights());
      case GGUF -> GgufModel.open(files.source(), files.weights());
    };
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

  private String outlierWeights(boolean keepsCheckpoint) {
    if (!(format instanceof LinearFormat.Int8(LlmInt8 int8)) || !int8.decomposes()) {
      return "";
    }
    return keepsCheckpoint
        ? int8.outlierWeights() + ", read from there when outliers need them"
        : "from the int8 codes";
  }

  /** Waits for the tokenizer. */
  TokenizerFiles tokenizer() {
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
      throw new LoadCancelledException(files.source().name());
    }
  }

  /** Refuses a tokenizer of more tokens than the model has. */
  void checkVocabulary(int tokens, int vocabulary) {
    if (tokens > vocabulary) {
      throw new CheckpointException(
          tokenizerPlace(),
          "",
          "the tokenizer has "
              + tokens
              + " tokens, the model "
              + vocabulary
              + "; they do not belong together");
    }
  }

  /** What messages call the tokenizer's file. */
  String tokenizerPlace() {
    return files.tokenizers().place(files.tokenizer());
  }
}
