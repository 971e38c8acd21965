package io.octavo.quickstart;

import io.octavo.TextEmbedder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Sentences and their vectors, searched by cosine. */
final class SentenceIndex {
  private static final int ANSWERS = 3;

  private final TextEmbedder model;
  private final List<String> sentences;
  private final List<float[]> vectors;

  private SentenceIndex(TextEmbedder model, List<String> sentences, List<float[]> vectors) {
    this.model = model;
    this.sentences = sentences;
    this.vectors = vectors;
  }

  /**
   * A sentence that was found.
   *
   * @param sentence its index
   * @param text the sentence
   * @param cosine its likeness to the query
   */
  record Match(int sentence, String text, double cosine) {}

  /** Embeds the sentences. */
  static SentenceIndex of(TextEmbedder model, List<String> sentences) {
    return new SentenceIndex(model, sentences, model.embedAll(sentences));
  }

  /** Number of sentences. */
  int size() {
    return sentences.size();
  }

  /** The vector of a sentence. */
  float[] vector(int sentence) {
    return vectors.get(sentence);
  }

  /** The sentences nearest to a query, best first. */
  List<Match> search(String query) {
    float[] vector = model.embed(query);
    List<Match> matches = new ArrayList<>();
    for (int i = 0; i < size(); i++) {
      matches.add(new Match(i, sentences.get(i), cosine(vector, vector(i))));
    }
    matches.sort(Comparator.comparingDouble(Match::cosine).reversed());
    return matches.subList(0, Math.min(ANSWERS, matches.size()));
  }

  /** The cosine of two vectors of length 1, which is their dot product. */
  static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
