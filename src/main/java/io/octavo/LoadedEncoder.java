package io.octavo;

import io.octavo.error.InvalidInputException;
import io.octavo.load.EncoderForm;
import io.octavo.load.ExportPart;
import io.octavo.load.LoadProgress;
import io.octavo.load.ModelExport;
import io.octavo.load.TokenizerFiles;
import io.octavo.model.Encoder;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.SequenceRunner;
import io.octavo.model.TokenSequence;
import io.octavo.text.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An encoder in use, with its tokenizer and all that has to be released with it: what the front
 * doors have in common. Safe for any number of threads.
 */
final class LoadedEncoder implements AutoCloseable {
  private final Encoder encoder;
  private final TokenizerFiles tokenizer;
  private final EncoderForm form;
  private final int maxTokens;
  private final ModelReport.Origin origin;
  private final ModelInUse model;
  private final Duration loadTime;
  private final SequenceRunner runner;

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
    this.origin = origin;
    this.runner = new SequenceRunner(encoder);
    this.loadTime = Duration.ofNanos(System.nanoTime() - startNanos);
    this.model = new ModelInUse(memory, threads, origin);
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
    model.callWithTeam(team -> runner.run(sequences, team, receiver));
  }

  /**
   * Writes the model to a folder.
   *
   * @param part what is beside the encoder
   * @throws IllegalStateException if it is closed, or cannot be exported
   */
  void export(Path folder, ExportPart part, LoadProgress progress) {
    model.call(() -> new ModelExport(form, encoder, tokenizer, part).write(folder, progress));
  }

  /** What the model is and has met so far. */
  ModelReport report() {
    return new ModelReport(
        origin,
        descriptor(),
        descriptor().parameters() * Float.BYTES,
        model.offHeapBytes(),
        loadTime,
        ModelReport.outliers(encoder.linears()));
  }

  /** Waits for running calls, refuses new ones, and frees the model's memory. */
  @Override
  public void close() {
    model.close();
  }
}
