package io.octavo;

import io.octavo.error.CheckpointException;
import io.octavo.error.InvalidInputException;
import io.octavo.error.LoadCancelledException;
import io.octavo.load.BertOnnx;
import io.octavo.load.EncoderCheckpoint;
import io.octavo.load.LoadOptions;
import io.octavo.load.OnnxCheckpoint;
import io.octavo.load.TokenizerLocation;
import io.octavo.model.Encoder;
import io.octavo.model.EncoderDescriptor;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.tensor.NativeMemory;
import io.octavo.text.Tokenizer;
import io.octavo.text.TokenizerFile;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Loads an encoder and its tokenizer. */
final class EncoderLoading {
  private EncoderLoading() {}

  static LoadedEncoder load(Path file, LoadOptions options) {
    long start = System.nanoTime();
    // Read beside the weights: in a JVM that has just started it takes about as long as they do.
    FutureTask<Tokenizer> reading = new FutureTask<>(() -> readTokenizer(file, options));
    Thread.ofPlatform().daemon().name("octavo-tokenizer").start(reading);
    OnnxCheckpoint checkpoint = OnnxCheckpoint.open(file);
    NativeMemory weights = new NativeMemory();
    LoadedMemory memory = new LoadedMemory(weights, checkpoint);
    boolean loaded = false;
    try (Team team = WorkerPool.shared().enter(options.threads())) {
      EncoderCheckpoint found = BertOnnx.read(checkpoint);
      EncoderDescriptor descriptor = found.descriptor();
      Encoder encoder =
          Encoder.build(
              descriptor,
              found.weights(),
              options.linearFormat(),
              options.embeddingType(),
              weights,
              team,
              (part, done, total) -> {
                if (options.cancelled().getAsBoolean() || Thread.currentThread().isInterrupted()) {
                  throw new LoadCancelledException(file.toString());
                }
                options.progress().progress(part, done, total);
              });
      Tokenizer tokenizer = await(reading, file.toString());
      checkVocabulary(file.toString(), tokenizer, descriptor);
      int maxTokens = maxTokens(file.toString(), options, tokenizer, descriptor);
      ModelReport.Origin origin =
          new ModelReport.Origin(file.toString(), "ONNX file, mapped", "", found.ignored());
      LoadedEncoder model =
          new LoadedEncoder(
              encoder, tokenizer, maxTokens, options.threads(), origin, memory, start);
      loaded = true;
      return model;
    } catch (InvalidInputException exception) {
      throw new CheckpointException(
          file.toString(), "", String.valueOf(exception.getMessage()), exception);
    } finally {
      if (!loaded) {
        memory.close();
      }
    }
  }

  private static void checkVocabulary(
      String source, Tokenizer tokenizer, EncoderDescriptor descriptor) {
    if (tokenizer.vocabularySize() > descriptor.vocabulary()) {
      throw new CheckpointException(
          source,
          "",
          "the tokenizer has "
              + tokenizer.vocabularySize()
              + " tokens, the model "
              + descriptor.vocabulary()
              + "; they do not belong together");
    }
  }

  private static int maxTokens(
      String source, LoadOptions options, Tokenizer tokenizer, EncoderDescriptor descriptor) {
    int positions = descriptor.positions();
    if (options.maxTokens() > positions) {
      throw new CheckpointException(
          source, "", "maxTokens is " + options.maxTokens() + "; the model has " + positions);
    }
    int wanted =
        options.maxTokens() > 0 ? options.maxTokens() : tokenizer.maxTokens().orElse(positions);
    return Math.min(wanted, positions);
  }

  private static Tokenizer readTokenizer(Path model, LoadOptions options) {
    Path file = options.tokenizer();
    return TokenizerFile.read(file == null ? TokenizerLocation.beside(model) : file);
  }

  private static Tokenizer await(FutureTask<Tokenizer> reading, String source) {
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
      throw new LoadCancelledException(source);
    }
  }
}
