package io.octavo.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** A {@link TinyHuggingFace} in double, written out: what its graph is checked against. */
final class DoubleEncoder {
  private final TinyHuggingFace tiny;
  private final HuggingFaceFamily family;
  private final int width;
  private final Map<String, float[]> tensors = new HashMap<>();

  DoubleEncoder(TinyHuggingFace tiny) {
    this.tiny = tiny;
    this.family = tiny.family;
    this.width = tiny.width;
    for (HuggingFaceTensors.Tensor tensor : tiny.tensors()) {
      tensors.put(tensor.name(), tensor.values());
    }
  }

  double[][] hidden(int[] ids, int[] types) {
    double[][] x = new double[ids.length][width];
    int counted = 0;
    for (int t = 0; t < ids.length; t++) {
      int position = t;
      if (family.countsPositions()) {
        boolean padding = ids[t] == tiny.paddingIndex();
        counted += padding ? 0 : 1;
        position = tiny.paddingIndex() + (padding ? 0 : counted);
      }
      for (int d = 0; d < width; d++) {
        x[t][d] =
            tensor("embeddings.word_embeddings.weight")[ids[t] * width + d]
                + tensor("embeddings.position_embeddings.weight")[position * width + d];
        if (family.hasTokenTypes()) {
          x[t][d] += tensor("embeddings.token_type_embeddings.weight")[types[t] * width + d];
        }
      }
      norm("embeddings.LayerNorm", x[t]);
    }
    for (int i = 0; i < tiny.layers; i++) {
      x = layer(family.layer(i), x);
    }
    return x;
  }

  double[] logits(double[][] hidden) {
    return switch (family) {
      case BERT -> linear("classifier", map(Math::tanh, linear("pooler.dense", hidden[0])));
      case ROBERTA, XLM_ROBERTA, MPNET ->
          linear("classifier.out_proj", map(Math::tanh, linear("classifier.dense", hidden[0])));
      case DISTILBERT ->
          linear("classifier", map(v -> Math.max(v, 0), linear("pre_classifier", hidden[0])));
    };
  }

  private double[][] layer(HuggingFaceFamily.LayerNames names, double[][] x) {
    int tokens = x.length;
    double[][] query = new double[tokens][];
    double[][] key = new double[tokens][];
    double[][] value = new double[tokens][];
    for (int t = 0; t < tokens; t++) {
      query[t] = linear(names.query(), x[t]);
      key[t] = linear(names.key(), x[t]);
      value[t] = linear(names.value(), x[t]);
    }
    double[][] out = new double[tokens][];
    for (int t = 0; t < tokens; t++) {
      double[] y = linear(names.attended(), attend(query[t], key, value, t));
      add(y, x[t]);
      norm(names.attentionNorm(), y);
      out[t] = linear(names.contract(), map(activation(), linear(names.expand(), y)));
      add(out[t], y);
      norm(names.outputNorm(), out[t]);
    }
    return out;
  }

  private double[] attend(double[] query, double[][] key, double[][] value, int at) {
    double[] mixed = new double[width];
    int headWidth = width / tiny.heads;
    for (int head = 0; head < tiny.heads; head++) {
      double sum = 0;
      double[] weights = new double[key.length];
      for (int t = 0; t < key.length; t++) {
        double score = 0;
        for (int d = head * headWidth; d < (head + 1) * headWidth; d++) {
          score += query[d] * key[t][d];
        }
        weights[t] = Math.exp(score / Math.sqrt(headWidth) + bias(head, t - at));
        sum += weights[t];
      }
      for (int t = 0; t < key.length; t++) {
        for (int d = head * headWidth; d < (head + 1) * headWidth; d++) {
          mixed[d] += weights[t] / sum * value[t][d];
        }
      }
    }
    return mixed;
  }

  /** The bucket without logarithms: the one {@code 8 + k} begins at {@code 8 * 2^(k/2)}. */
  private double bias(int head, int distance) {
    if (family != HuggingFaceFamily.MPNET) {
      return 0;
    }
    int bucket = Math.abs(distance);
    if (bucket >= 8) {
      int square = bucket * bucket / 64;
      bucket = Math.min(15, 8 + 31 - Integer.numberOfLeadingZeros(square));
    }
    bucket += distance > 0 ? 16 : 0;
    return tensor("encoder.relative_attention_bias.weight")[bucket * tiny.heads + head];
  }

  private DoubleUnaryOperator activation() {
    return switch (tiny.activation) {
      case "gelu" -> v -> v * normalDistribution(v);
      case "gelu_new" ->
          v -> v / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)));
      case "relu" -> v -> Math.max(v, 0);
      default -> throw new IllegalArgumentException(tiny.activation);
    };
  }

  /** By Taylor's series of the density, {@code 1/2 + density(v) * (v + v^3/3 + v^5/15 + ...)}. */
  private static double normalDistribution(double v) {
    if (Math.abs(v) > 9) {
      return v > 0 ? 1 : 0;
    }
    double term = v;
    double sum = 0;
    for (int odd = 3; Math.abs(term) > 1e-17; odd += 2) {
      sum += term;
      term *= v * v / odd;
    }
    return 0.5 + sum * Math.exp(-v * v / 2) / Math.sqrt(2 * Math.PI);
  }

  private double[] linear(String name, double[] x) {
    float[] weight = tensor(name + ".weight");
    float[] bias = tensor(name + ".bias");
    double[] y = new double[bias.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias[i];
      for (int j = 0; j < x.length; j++) {
        y[i] += (double) weight[i * x.length + j] * x[j];
      }
    }
    return y;
  }

  private void norm(String name, double[] x) {
    double mean = 0;
    double variance = 0;
    for (double value : x) {
      mean += value / width;
    }
    for (double value : x) {
      variance += (value - mean) * (value - mean) / width;
    }
    for (int d = 0; d < width; d++) {
      double normal = (x[d] - mean) / Math.sqrt(variance + tiny.epsilon);
      x[d] = normal * tensor(name + ".weight")[d] + tensor(name + ".bias")[d];
    }
  }

  private static void add(double[] x, double[] y) {
    for (int d = 0; d < x.length; d++) {
      x[d] += y[d];
    }
  }

  private static double[] map(DoubleUnaryOperator function, double[] x) {
    double[] y = new double[x.length];
    for (int d = 0; d < x.length; d++) {
      y[d] = function.applyAsDouble(x[d]);
    }
    return y;
  }

  private float[] tensor(String name) {
    float[] values = tensors.get(name);
    if (values == null) {
      throw new IllegalArgumentException(name);
    }
    return values;
  }
}
