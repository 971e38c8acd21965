package io.octavo.study;

import io.octavo.TextEmbedder;
import io.octavo.model.SequenceRunner;
import io.octavo.testing.OnnxRuntimeEncoder;
import io.octavo.testing.Paragraphs;
import io.octavo.testing.TestData;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The paragraphs as token ids with ONNX Runtime's float vectors of them.
 *
 * @param sequences token ids of each paragraph
 * @param vectors the reference vector of each paragraph, of length 1
 * @param batches indices of the paragraphs that go through the model together
 */
record Corpus(List<int[]> sequences, List<double[]> vectors, List<List<Integer>> batches) {
  static final int MAX_TOKENS = 128;

  /** As many as {@link TextEmbedder} puts into a batch, so that it never splits one of ours. */
  static final int BATCH_TOKENS = SequenceRunner.BATCH_TOKENS;

  static Corpus read() {
    List<int[]> sequences = new ArrayList<>();
    try (TextEmbedder embedder = TextEmbedder.load(TestData.miniLm())) {
      for (String paragraph : Paragraphs.read()) {
        sequences.add(embedder.tokenizer().encode(paragraph, MAX_TOKENS));
      }
    }
    List<double[]> vectors = new ArrayList<>();
    try (OnnxRuntimeEncoder reference = new OnnxRuntimeEncoder(TestData.miniLm())) {
      for (int[] sequence : sequences) {
        vectors.add(OnnxRuntimeEncoder.meanPooled(reference.tokenOutputs(sequence)));
      }
    }
    return new Corpus(sequences, vectors, batches(sequences));
  }

  long tokens() {
    return sequences.stream().mapToLong(sequence -> sequence.length).sum();
  }

  /** Longest first, as {@link TextEmbedder} makes them. */
  private static List<List<Integer>> batches(List<int[]> sequences) {
    List<List<Integer>> batches = new ArrayList<>();
    int tokens = BATCH_TOKENS;
    for (int index :
        IntStream.range(0, sequences.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> -sequences.get(i).length))
            .toList()) {
      int length = sequences.get(index).length;
      if (tokens + length > BATCH_TOKENS) {
        batches.add(new ArrayList<>());
        tokens = 0;
      }
      batches.getLast().add(index);
      tokens += length;
    }
    return batches;
  }
}
