package io.octavo.testing;

import io.octavo.layer.LinearFormat;
import io.octavo.load.DecoderCheckpoint;
import io.octavo.load.HuggingFaceDecoder;
import io.octavo.load.ModelSource;
import io.octavo.load.SafetensorsCheckpoint;
import io.octavo.model.Decoder;
import io.octavo.model.DecoderRunner;
import io.octavo.model.DecoderSession;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A decoder of a folder, without its tokenizer. */
public final class LoadedDecoder implements AutoCloseable {
  private final SafetensorsCheckpoint checkpoint;
  private final NativeMemory memory = new NativeMemory();
  private final Decoder decoder;
  private final DecoderRunner runner;

  private LoadedDecoder(Path folder, LinearFormat format, DType embeddings) {
    ModelSource source = inMemory(folder);
    checkpoint = SafetensorsCheckpoint.open(source);
    DecoderCheckpoint found = HuggingFaceDecoder.read(source, "config.json", checkpoint);
    decoder =
        Decoder.build(
            found.descriptor(),
            found.weights(),
            format,
            embeddings,
            memory,
            Team.alone(),
            (tensor, done, total) -> {});
    runner = new DecoderRunner(decoder);
  }

  /** A mapped file would be looked at before each outlier column that the cache has no room for. */
  private static ModelSource inMemory(Path folder) {
    Map<String, byte[]> files = new HashMap<>();
    try {
      for (String file : List.of("config.json", SafetensorsCheckpoint.FILE)) {
        files.put(file, Files.readAllBytes(folder.resolve(file)));
      }
    } catch (IOException exception) {
      throw new UncheckedIOException(exception);
    }
    return ModelSource.ofBytes(folder.toString(), files);
  }

  /** A decoder in float32. */
  public static LoadedDecoder inFloat(Path folder) {
    return new LoadedDecoder(folder, LinearFormat.floatingPoint(DType.F32), DType.F32);
  }

  /** A decoder whose linear layers are in that format, and whose embeddings are in float32. */
  public static LoadedDecoder in(Path folder, LinearFormat format) {
    return new LoadedDecoder(folder, format, DType.F32);
  }

  /** The model. */
  public Decoder decoder() {
    return decoder;
  }

  /** A new sequence with keys and values in float32. */
  public DecoderSession open() {
    return DecoderSession.open(decoder, DType.F32);
  }

  /** Appends tokens on this thread; the logits behind each. */
  public float[][] append(DecoderSession session, int... tokens) {
    int first = session.length();
    float[][] logits = new float[tokens.length][];
    runner.append(
        List.of(session),
        List.of(tokens),
        (sequence, position, row, offset) -> {
          float[] copy = new float[decoder.descriptor().embedding().vocabulary()];
          System.arraycopy(row, offset, copy, 0, copy.length);
          logits[position - first] = copy;
        },
        Team.alone(),
        () -> false);
    return logits;
  }

  /** The index of the largest logit. */
  public static int argmax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /**
   * The mean negative log-likelihood of the tokens of windows behind their first, each from its own
   * window alone.
   *
   * @param windows how many
   * @param length tokens of each
   * @param keysAndValues how they are kept
   */
  public double nll(int[] tokens, int windows, int length, DType keysAndValues) {
    double sum = 0;
    for (int window = 0; window < windows; window++) {
      int[] ids = new int[length];
      System.arraycopy(tokens, window * length, ids, 0, length);
      float[][] logits = append(DecoderSession.open(decoder, keysAndValues), ids);
      for (int i = 1; i < length; i++) {
        sum -= logLikelihood(logits[i - 1], ids[i]);
      }
    }
    return sum / (windows * (length - 1.0));
  }

  private static double logLikelihood(float[] logits, int id) {
    double largest = logits[argmax(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - largest);
    }
    return logits[id] - largest - Math.log(sum);
  }

  @Override
  public void close() {
    memory.close();
    checkpoint.close();
  }
}
