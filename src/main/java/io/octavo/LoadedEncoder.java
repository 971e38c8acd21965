package io.octavo;

import io.octavo.error.InvalidInputException;
import io.octavo.layer.Int8Linear;
import io.octavo.load.EncoderForm;
import io.octavo.load.ExportPart;
import io.octavo.load.LoadProgress;
import io.octavo.load.ModelExport;
import io.octavo.load.TokenizerFiles;
import io.octavo.model.Encoder;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.NamedLinear;
import io.octavo.model.SequenceRunner;
import io.octavo.model.TokenSequence;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An encoder in use, with its tokenizer and all that has to be released with it: what the front
 * doors have in common. Safe for any number of threads.
 */
final class LoadedEncoder implements AutoCloseable {
  private final Encoder encoder;
  private final TokenizerFiles tokenizer;
  private final EncoderForm form;
  private final int maxTokens;
  private final int threads;
  private final ModelReport.Origin origin;
  private final LoadedMemory memory;
  private final Duration loadTime;
  private final SequenceRunner runner;
  private final ReentrantReadWriteLock usage = new ReentrantReadWriteLock();
  private boolean closed;

  /**
   * An encoder in use.
   *
   * @param form how it is written again
   * @param memory what is released when it is closed
   * @param startNanos when its load began
   */
  LoadedEncoder(
      Encoder encoder,
      EncoderForm form,
      TokenizerFiles tokenizer,
      int maxTokens,
      int threads,
      ModelReport.Origin origin,
      LoadedMemory memory,
      long startNanos) {
    this.encoder = encoder;
    this.form = form;
    this.tokenizer = tokenizer;
    this.maxTokens = maxTokens;
    this.threads = threads;
    this.origin = origin;
    this.memory = memory;
    this.runner = new SequenceRunner(encoder);
    this.loadTime = Duration.ofNanos(System.nanoTime() - startNanos);
    OpenModels.add(this);
  }

  EncoderDescriptor descriptor() {
    return encoder.descriptor();
  }

  Tokenizer tokenizer() {
    return tokenizer.tokenizer();
  }

  /** Where texts are cut, special tokens included. */
  int maxTokens() {
    return maxTokens;
  }

  /**
   * Runs sequences through the encoder.
   *
   * @throws InvalidInputException if a sequence is empty or too long, or an id is no token's
   * @throws IllegalStateException if it is closed
   */
  void forward(List<TokenSequence> sequences, SequenceRunner.Receiver receiver) {
    int positions = descriptor().positions();
    for (TokenSequence sequence : sequences) {
      if (sequence.length() == 0 || sequence.length() > positions) {
        throw new InvalidInputException(
            "A sequence of " + sequence.length() + " tokens; the model takes 1 to " + positions);
      }
    }
    usage.readLock().lock();
    try {
      requireOpen();
      try (Team team = WorkerPool.shared().enter(threads)) {
        runner.run(sequences, team, receiver);
      }
    } finally {
      usage.readLock().unlock();
    }
  }

  /**
   * Writes the model to a folder.
   *
   * @param part what is beside the encoder
   * @throws IllegalStateException if it is closed, or cannot be exported
   */
  void export(Path folder, ExportPart part, LoadProgress progress) {
    usage.readLock().lock();
    try {
      requireOpen();
      new ModelExport(form, encoder, tokenizer, part).write(folder, progress);
    } finally {
      usage.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("This model is closed");
    }
  }

  /** What the model is and has met so far. */
  ModelReport report() {
    List<ModelReport.LayerOutliers> outliers = new ArrayList<>();
    for (NamedLinear named : encoder.linears()) {
      if (named.linear() instanceof Int8Linear linear) {
        outliers.add(new ModelReport.LayerOutliers(named.name(), linear.census().snapshot()));
      }
    }
    return new ModelReport(
        origin,
        descriptor(),
        descriptor().parameters() * Float.BYTES,
        memory.weights().allocatedBytes(),
        loadTime,
        List.copyOf(outliers));
  }

  @Override
  public String toString() {
    return origin.source()
        + " ("
        + origin.kind()
        + (origin.outlierWeights().isEmpty() ? "" : "; outlier weights: " + origin.outlierWeights())
        + ")";
  }

  /** Waits for running calls, refuses new ones, and frees the model's memory. */
  @Override
  public void close() {
    if (usage.getReadHoldCount() > 0) {
      // It would wait for itself.
      throw new IllegalStateException("A model cannot be closed by what listens to its export");
    }
    usage.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        OpenModels.remove(this);
        memory.close();
      }
    } finally {
      usage.writeLock().unlock();
    }
  }
}
