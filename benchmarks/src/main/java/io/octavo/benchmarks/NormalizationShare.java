package io.octavo.benchmarks;

import io.octavo.normalize.Normalization;
import java.util.Arrays;
import java.util.Locale;

/**
 * Which share of a copy's speed the normalizations of tokens reach out of the caches: {@code
 * NormalizationShare [--rounds 15] [--widths 1024,4096] [--mebibytes 256]}. Every norm and the copy
 * take turns over the same two arrays, 16 tokens at a time, so that a machine which changes its
 * speed changes no share much. The copy is that of {@link LayerNormBenchmark}; traffic is one read
 * and one write of each element.
 */
final class NormalizationShare {
  private static final int WARM_UP = 3;
  private static final int TOKENS = 16;

  private final int width;
  private final float[] x;
  private final float[] y;

  private NormalizationShare(int width, long bytes) {
    this.width = width;
    int groups = (int) Math.max(1, bytes / Float.BYTES / (TOKENS * width));
    this.x = RandomData.activations(groups * TOKENS, width);
    this.y = new float[x.length];
  }

  public static void main(String[] args) {
    Options options = Options.parse(args);
    int rounds = Integer.parseInt(options.values().getOrDefault("rounds", "15"));
    long bytes = Long.parseLong(options.values().getOrDefault("mebibytes", "256")) << 20;
    System.out.println("| norm | width | share of the copy | quartiles | GB/s | copy |");
    System.out.println("|---|---:|---:|---:|---:|---:|");
    for (String width : options.values().getOrDefault("widths", "1024,4096").split(",", -1)) {
      new NormalizationShare(Integer.parseInt(width), bytes).print(rounds);
    }
  }

  private void print(int rounds) {
    NormalizationBenchmark.Kind[] kinds = NormalizationBenchmark.Kind.values();
    Normalization[] norms =
        Arrays.stream(kinds).map(kind -> kind.create(width)).toArray(Normalization[]::new);
    double[][] speeds = new double[norms.length][rounds];
    double[][] shares = new double[norms.length][rounds];
    double[] copies = new double[rounds];
    for (int round = -WARM_UP; round < rounds; round++) {
      double copy = copy();
      for (int i = 0; i < norms.length; i++) {
        double speed = normalize(norms[i]);
        if (round >= 0) {
          copies[round] = copy;
          speeds[i][round] = speed;
          shares[i][round] = speed / copy;
        }
      }
    }
    Arrays.sort(copies);
    for (int i = 0; i < norms.length; i++) {
      Arrays.sort(speeds[i]);
      Arrays.sort(shares[i]);
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | **%.2f** | %.2f to %.2f | %.1f | %.1f |%n",
          kinds[i],
          width,
          shares[i][rounds / 2],
          shares[i][rounds / 4],
          shares[i][rounds * 3 / 4],
          speeds[i][rounds / 2],
          copies[rounds / 2]);
    }
  }

  private double copy() {
    int group = TOKENS * width;
    long start = System.nanoTime();
    for (int from = 0; from < x.length; from += group) {
      copy(from, from + group);
    }
    return speed(x.length, start);
  }

  private void copy(int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = x[i];
    }
  }

  private double normalize(Normalization norm) {
    int group = TOKENS * width;
    long start = System.nanoTime();
    for (int from = 0; from < x.length; from += group) {
      norm.apply(x, from, TOKENS, y, from);
    }
    return speed((long) x.length / width * norm.width(), start);
  }

  private static double speed(long elements, long start) {
    return 2.0 * Float.BYTES * elements / (System.nanoTime() - start);
  }
}
