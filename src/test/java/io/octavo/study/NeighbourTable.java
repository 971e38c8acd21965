package io.octavo.study;

import io.octavo.testing.Agreement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The paragraphs whose nearest neighbour differs from the float model's, and how close the two
 * candidates were there.
 */
final class NeighbourTable {
  private final double[][] reference;
  private final double[][] found;

  NeighbourTable(Corpus corpus, Measurement measurement) {
    reference = corpus.vectors().toArray(double[][]::new);
    found = new double[reference.length][];
    for (int i = 0; i < found.length; i++) {
      float[] vector = measurement.vectors().get(i);
      found[i] = new double[vector.length];
      for (int d = 0; d < vector.length; d++) {
        found[i][d] = vector[d];
      }
    }
  }

  String text() {
    List<List<String>> rows = new ArrayList<>();
    double[] margins = new double[reference.length];
    double widest = 0;
    for (int i = 0; i < reference.length; i++) {
      int[] order = byCosine(reference, i);
      int expected = order[0];
      int chosen = byCosine(found, i)[0];
      margins[i] = gap(reference, i, expected, order[1]);
      if (chosen != expected) {
        double gap = gap(reference, i, expected, chosen);
        widest = Math.max(widest, gap);
        rows.add(
            List.of(
                Integer.toString(i + 1),
                Markdown.format(
                    "%d at %.4f",
                    expected + 1, Agreement.cosine(reference[i], reference[expected])),
                Markdown.format(
                    "%d at %.4f", chosen + 1, Agreement.cosine(reference[i], reference[chosen])),
                Markdown.format("%.4f", gap),
                Markdown.format("%.4f", gap(found, i, chosen, expected))));
      }
    }
    double bound = widest;
    long close = Arrays.stream(margins).filter(margin -> margin <= bound).count();
    Arrays.sort(margins);
    return Markdown.table(
            List.of(
                "paragraph",
                "float model's choice, its cosine there",
                "int8 model's choice, its cosine in the float model",
                "gap in the float model",
                "gap in the int8 model"),
            rows)
        + Markdown.format(
            "The widest gap overturned is %.4f. The float model's first and second neighbour are that"
                + " close in %d of the %d paragraphs; the median of their gap over all of them is"
                + " %.4f.\n\n",
            widest, close, margins.length, margins[margins.length / 2]);
  }

  private static double gap(double[][] vectors, int of, int nearer, int farther) {
    return Agreement.cosine(vectors[of], vectors[nearer])
        - Agreement.cosine(vectors[of], vectors[farther]);
  }

  /** The other vectors, nearest first. */
  private static int[] byCosine(double[][] vectors, int of) {
    List<Integer> others = new ArrayList<>();
    double[] cosines = new double[vectors.length];
    for (int j = 0; j < vectors.length; j++) {
      if (j != of) {
        others.add(j);
        cosines[j] = Agreement.cosine(vectors[of], vectors[j]);
      }
    }
    others.sort((a, b) -> Double.compare(cosines[b], cosines[a]));
    return others.stream().mapToInt(Integer::intValue).toArray();
  }
}
