package io.octavo.benchmarks;

import io.octavo.TextEmbedder;
import io.octavo.load.LoadOptions;
import io.octavo.parallel.WorkerPool;
import java.nio.file.Path;
import java.util.List;

/** Octavo; its threads are {@code -Doctavo.threads}. */
final class OctavoEngine implements EncoderEngine {
  private final TextEmbedder model;
  private final List<int[]> sequences;

  OctavoEngine(Path file, LoadOptions options, List<int[]> sequences, int threads) {
    if (WorkerPool.shared().threads() != threads) {
      throw new IllegalArgumentException("Run with -Doctavo.threads=" + threads);
    }
    this.model = TextEmbedder.load(file, options);
    this.sequences = sequences;
  }

  @Override
  public Object tokenOutputs() {
    return model.allTokenOutputs(sequences);
  }

  @Override
  public void close() {
    model.close();
  }
}
