package io.octavo.benchmarks;

import io.octavo.normalize.ImageShape;
import io.octavo.normalize.Normalization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Which share of a copy's speed the normalizations reach out of the caches: {@code
 * NormalizationShare [--rounds 15] [--widths 1024,4096] [--images 64x56x56] [--mebibytes 256]},
 * those of tokens by width, 16 tokens at a time, or those of images by channels, height and width,
 * all at once. Every norm and the copy take turns over the same two arrays, so that a machine which
 * changes its speed changes no share much. The copy is that of {@link LayerNormBenchmark}; traffic
 * is one read and one write of each element, however often a norm needs them.
 */
final class NormalizationShare {
  private static final int WARM_UP = 3;
  private static final int TOKENS = 16;

  /**
   * What takes turns with the copy.
   *
   * @param name for the table
   * @param elements of an array that it reads and writes
   * @param sweep over all of it
   */
  private record Candidate(String name, long elements, ImageNorm.Sweep sweep) {}

  private final float[] x;
  private final float[] y;
  private final int group;
  private final List<Candidate> candidates = new ArrayList<>();

  private NormalizationShare(int group, long bytes) {
    this.group = group;
    int groups = (int) Math.max(1, bytes / Float.BYTES / group);
    this.x = RandomData.activations(groups, group);
    this.y = new float[x.length];
  }

  public static void main(String[] args) {
    Options options = Options.parse(args);
    int rounds = Integer.parseInt(options.values().getOrDefault("rounds", "15"));
    long bytes = Long.parseLong(options.values().getOrDefault("mebibytes", "256")) << 20;
    String images = options.values().getOrDefault("images", "");
    String widths = options.values().getOrDefault("widths", images.isEmpty() ? "1024,4096" : "");
    System.out.println("| norm | of | share of the copy | quartiles | GB/s | copy |");
    System.out.println("|---|---:|---:|---:|---:|---:|");
    for (String width : split(widths)) {
      tokens(Integer.parseInt(width), bytes).print(width, rounds);
    }
    for (String image : split(images)) {
      images(image, bytes).print(image, rounds);
    }
  }

  private static String[] split(String list) {
    return list.isEmpty() ? new String[0] : list.split(",", -1);
  }

  private static NormalizationShare tokens(int width, long bytes) {
    NormalizationShare share = new NormalizationShare(TOKENS * width, bytes);
    for (NormalizationBenchmark.Kind kind : NormalizationBenchmark.Kind.values()) {
      Normalization norm = kind.create(width);
      long elements = (long) share.x.length / width * norm.width();
      share.candidates.add(
          new Candidate(
              kind.name(),
              elements,
              (x, y) -> {
                for (int from = 0; from < x.length; from += share.group) {
                  norm.apply(x, from, TOKENS, y, from);
                }
              }));
    }
    return share;
  }

  private static NormalizationShare images(String image, long bytes) {
    int[] sizes = Arrays.stream(image.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    int size = new ImageShape(1, sizes[0], sizes[1], sizes[2]).size();
    NormalizationShare share = new NormalizationShare(size, bytes);
    ImageShape shape = new ImageShape(share.x.length / size, sizes[0], sizes[1], sizes[2]);
    for (ImageNorm norm : ImageNorm.values()) {
      share.candidates.add(new Candidate(norm.name(), share.x.length, norm.create(shape)));
    }
    return share;
  }

  private void print(String of, int rounds) {
    double[][] speeds = new double[candidates.size()][rounds];
    double[][] shares = new double[candidates.size()][rounds];
    double[] copies = new double[rounds];
    for (int round = -WARM_UP; round < rounds; round++) {
      double copy = copy();
      for (int i = 0; i < speeds.length; i++) {
        double speed = speed(candidates.get(i));
        if (round >= 0) {
          copies[round] = copy;
          speeds[i][round] = speed;
          shares[i][round] = speed / copy;
        }
      }
    }
    Arrays.sort(copies);
    for (int i = 0; i < speeds.length; i++) {
      Arrays.sort(speeds[i]);
      Arrays.sort(shares[i]);
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | **%.2f** | %.2f to %.2f | %.1f | %.1f |%n",
          candidates.get(i).name,
          of,
          shares[i][rounds / 2],
          shares[i][rounds / 4],
          shares[i][rounds * 3 / 4],
          speeds[i][rounds / 2],
          copies[rounds / 2]);
    }
  }

  private double copy() {
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

  private double speed(Candidate candidate) {
    long start = System.nanoTime();
    candidate.sweep.run(x, y);
    return speed(candidate.elements, start);
  }

  private static double speed(long elements, long start) {
    return 2.0 * Float.BYTES * elements / (System.nanoTime() - start);
  }
}
