package io.octavo.load.pass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoder in double precision over the weights that passes see, written from the equations: what
 * a pass must not change. A branch whose first reader's name ends with {@code fc} is a feed-forward
 * part, with {@code gate} a gated one, with {@code both} a parallel block of attention and
 * feed-forward part; all others are attention with one reader for {@code [q | k | v]}, or three.
 */
final class DoubleDecoder {
  private final ResidualModel model;
  private final int heads;
  private final boolean relu;
  private final List<Double> means = new ArrayList<>();

  private DoubleDecoder(ResidualModel model, int heads, boolean relu) {
    this.model = model;
    this.heads = heads;
    this.relu = relu;
  }

  /** With GELU by tanh. */
  static DoubleDecoder gelu(ResidualModel model, int heads) {
    return new DoubleDecoder(model, heads, false);
  }

  /** With ReLU. */
  static DoubleDecoder relu(ResidualModel model, int heads) {
    return new DoubleDecoder(model, heads, true);
  }

  /** The largest distance of a token's mean from zero, after each part of a block. */
  List<Double> means() {
    return means;
  }

  /**
   * Logits of each token, {@code [tokens][vocabulary]}; positions come from the second embedding.
   */
  double[][] logits(int[] tokens) {
    double[][] x = new double[tokens.length][model.width()];
    for (int t = 0; t < tokens.length; t++) {
      add(x[t], row(model.embeddings().get(0).rows(), tokens[t]));
      add(x[t], row(model.embeddings().get(1).rows(), t));
    }
    for (Branch branch : model.branches()) {
      recordMeans(x);
      step(branch, x);
    }
    recordMeans(x);
    NormWeights last = model.finalNorm();
    double[][] logits = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      logits[t] = linear(model.head(), last == null ? x[t] : norm(last, 1, x[t]));
    }
    return logits;
  }

  private void recordMeans(double[][] x) {
    double largest = 0;
    for (double[] token : x) {
      double sum = 0;
      for (double value : token) {
        sum += value;
      }
      largest = Math.max(largest, Math.abs(sum / token.length));
    }
    means.add(largest);
  }

  private void step(Branch branch, double[][] x) {
    double[][] normalized = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      boolean post = branch.placement() == Placement.POST;
      normalized[t] = post ? x[t] : norm(branch.norm(), branch.normGain(), x[t]);
    }
    double[][] output = branch(branch, normalized);
    for (int t = 0; t < x.length; t++) {
      double[] gain = branch.residualGain();
      for (int i = 0; i < x[t].length; i++) {
        x[t][i] += gain == null ? output[t][i] : gain[i] * output[t][i];
      }
      if (branch.placement() == Placement.POST) {
        x[t] = norm(branch.norm(), branch.normGain(), x[t]);
      }
    }
  }

  private double[][] branch(Branch branch, double[][] h) {
    List<LinearWeights> readers = branch.readers();
    List<LinearWeights> writers = branch.writers();
    String name = readers.getFirst().name();
    double[][] y = new double[h.length][];
    if (name.endsWith("both")) {
      double[][] attention = attention(readers.subList(0, 1), h);
      for (int t = 0; t < h.length; t++) {
        y[t] = linear(writers.get(0), attention[t]);
        add(y[t], linear(writers.get(1), activated(linear(readers.get(1), h[t]))));
      }
      return y;
    }
    double[][] inner = new double[h.length][];
    if (name.endsWith("gate")) {
      for (int t = 0; t < h.length; t++) {
        inner[t] = activated(linear(readers.get(0), h[t]));
        double[] up = linear(readers.get(1), h[t]);
        for (int i = 0; i < up.length; i++) {
          inner[t][i] *= up[i];
        }
      }
    } else if (name.endsWith("fc")) {
      for (int t = 0; t < h.length; t++) {
        inner[t] = activated(linear(readers.getFirst(), h[t]));
      }
    } else {
      inner = attention(readers, h);
    }
    for (int t = 0; t < h.length; t++) {
      y[t] = linear(writers.getFirst(), inner[t]);
    }
    return y;
  }

  private double[] activated(double[] x) {
    for (int i = 0; i < x.length; i++) {
      double inner = Math.sqrt(2 / Math.PI) * (x[i] + 0.044715 * x[i] * x[i] * x[i]);
      x[i] = relu ? Math.max(0, x[i]) : x[i] / 2 * (1 + Math.tanh(inner));
    }
    return x;
  }

  private double[][] attention(List<LinearWeights> readers, double[][] h) {
    double[][] all = new double[h.length][];
    for (int t = 0; t < h.length; t++) {
      List<double[]> parts = new ArrayList<>();
      for (LinearWeights reader : readers) {
        parts.add(linear(reader, h[t]));
      }
      all[t] = parts.stream().flatMapToDouble(Arrays::stream).toArray();
    }
    int width = all[0].length / 3;
    int size = width / heads;
    double[][] y = new double[h.length][width];
    for (int head = 0; head < heads; head++) {
      for (int t = 0; t < h.length; t++) {
        attend(all, t, head * size, size, width, y[t]);
      }
    }
    return y;
  }

  private static void attend(double[][] all, int t, int from, int size, int width, double[] y) {
    double[] weights = new double[t + 1];
    double largest = Double.NEGATIVE_INFINITY;
    for (int key = 0; key <= t; key++) {
      for (int i = from; i < from + size; i++) {
        weights[key] += all[t][i] * all[key][width + i] / Math.sqrt(size);
      }
      largest = Math.max(largest, weights[key]);
    }
    double sum = 0;
    for (int key = 0; key <= t; key++) {
      weights[key] = Math.exp(weights[key] - largest);
      sum += weights[key];
    }
    for (int key = 0; key <= t; key++) {
      for (int i = from; i < from + size; i++) {
        y[i] += weights[key] / sum * all[key][2 * width + i];
      }
    }
  }

  private static double[] linear(LinearWeights layer, double[] x) {
    Reparametrization reparametrization = layer.reparametrization();
    Weights weight =
        reparametrization == null ? layer.weight() : reparametrization.effective(layer.weight());
    double[] bias = layer.bias();
    double[] y = bias == null ? new double[weight.rows()] : bias.clone();
    double[] row = new double[weight.columns()];
    for (int r = 0; r < y.length; r++) {
      weight.readRow(r, row);
      for (int i = 0; i < row.length; i++) {
        y[r] += row[i] * x[i];
      }
    }
    return y;
  }

  private static double[] norm(NormWeights norm, double gain, double[] x) {
    double[] y = x.clone();
    double mean = 0;
    double squares = 0;
    for (double value : x) {
      mean += value / x.length;
    }
    int length = x.length;
    switch (norm.kind()) {
      case LAYER_NORM -> {
        for (int i = 0; i < y.length; i++) {
          y[i] -= mean;
        }
      }
      case COMPRESSED_RMS_NORM -> {
        squares = mean * x.length * mean * x.length;
        length++;
      }
      case GROUP_SCALING -> divideGroups(y, norm);
      case RMS_NORM, FIXED -> {}
    }
    for (double value : y) {
      squares += value * value;
    }
    boolean divides = norm.kind() != NormKind.FIXED && norm.kind() != NormKind.GROUP_SCALING;
    double root = divides ? Math.sqrt(squares / length + norm.epsilon()) : 1;
    for (int i = 0; i < y.length; i++) {
      y[i] = gain * (y[i] / root * at(norm.scale(), i, 1) + at(norm.shift(), i, 0));
    }
    return y;
  }

  private static void divideGroups(double[] y, NormWeights norm) {
    int size = y.length / norm.groups();
    for (int from = 0; from < y.length; from += size) {
      double squares = 0;
      for (int i = from; i < from + size; i++) {
        squares += y[i] * y[i] / size;
      }
      for (int i = from; i < from + size; i++) {
        y[i] /= Math.sqrt(squares + norm.epsilon());
      }
    }
  }

  private static double at(double @Nullable [] values, int i, double otherwise) {
    return values == null ? otherwise : values[i];
  }

  private static double[] row(Weights weights, int row) {
    double[] result = new double[weights.columns()];
    weights.readRow(row, result);
    return result;
  }

  private static void add(double[] x, double[] y) {
    for (int i = 0; i < x.length; i++) {
      x[i] += y[i];
    }
  }
}
