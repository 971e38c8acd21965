package io.octavo.study;

import io.octavo.ModelReport;
import io.octavo.TextEmbedder;
import io.octavo.layer.LinearFormat;
import io.octavo.load.LoadOptions;
import io.octavo.testing.Agreement;
import io.octavo.testing.TestData;
import java.util.List;

/**
 * How one way to load the model did.
 *
 * @param vectors its vectors of the paragraphs
 * @param agreement how well they agree with the reference
 * @param floatShare share of the linear layers' inputs that met the weights in floating point
 * @param report what the model is and met
 */
record Measurement(
    List<float[]> vectors, Agreement agreement, double floatShare, ModelReport report) {

  static Measurement of(LoadOptions options, Corpus corpus) {
    try (TextEmbedder embedder = TextEmbedder.load(TestData.miniLm(), options)) {
      FloatShare share =
          options.linearFormat() instanceof LinearFormat.Int8 int8
              ? new FloatShare(int8.options())
              : null;
      float[][] vectors = new float[corpus.sequences().size()][];
      for (List<Integer> batch : corpus.batches()) {
        ModelReport before = embedder.report();
        List<float[]> found =
            embedder.embedAllTokens(batch.stream().map(corpus.sequences()::get).toList());
        for (int i = 0; i < batch.size(); i++) {
          vectors[batch.get(i)] = found.get(i);
        }
        if (share != null) {
          share.add(before, embedder.report());
        }
      }
      return new Measurement(
          List.of(vectors),
          Agreement.of(List.of(vectors), corpus.vectors()),
          share == null ? 1 : share.share(),
          embedder.report());
    }
  }

  /** How often a token met a layer unquantized because too many of their elements were outliers. */
  long weightOnlyTokens() {
    return report.outliers().stream().mapToLong(layer -> layer.counts().weightOnlyRows()).sum();
  }
}
