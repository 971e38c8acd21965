package io.octavo.benchmarks;

import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.util.Arrays;
import java.util.Locale;

/**
 * Which share of the read bandwidth products of few rows reach: {@code BandwidthShare [--rounds 40]
 * [--providers MACHINE,VECTOR] [--types I8,F16] [--workers 1,2] [--rows 1] [--width 4096]
 * [--mebibytes 512]}. Reading and products take turns over as much memory each, reading before and
 * behind each product, and a share is that of the faster of the two, so that a machine which
 * changes its speed changes neither. Products are cut and called as layers do, codes to floats.
 * With {@code --mebibytes 8} both stay in the last-level cache.
 */
final class BandwidthShare {
  private static final int WARM_UP = 15;

  /** Bytes of a turn, at least. */
  private static final long TURN = 512L << 20;

  private final long bytes;
  private final int width;
  private final MemoryReading reading;

  private BandwidthShare(long bytes, int width, NativeMemory memory) {
    this.bytes = bytes;
    this.width = width;
    this.reading = new MemoryReading(bytes, memory);
  }

  public static void main(String[] args) {
    Options options = Options.parse(args);
    int rounds = Integer.parseInt(options.values().getOrDefault("rounds", "40"));
    int width = Integer.parseInt(options.values().getOrDefault("width", "4096"));
    long bytes = Long.parseLong(options.values().getOrDefault("mebibytes", "512")) << 20;
    System.out.println(
        "| weights | rows | threads | share of the bandwidth | quartiles | GB/s | reading |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|");
    for (String workers : options.values().getOrDefault("workers", "1,2").split(",", -1)) {
      for (String provider : options.values().getOrDefault("providers", "MACHINE").split(",", -1)) {
        for (String type : options.values().getOrDefault("types", "I8,F16").split(",", -1)) {
          for (String rows : options.values().getOrDefault("rows", "1").split(",", -1)) {
            try (NativeMemory memory = new NativeMemory()) {
              BandwidthShare share = new BandwidthShare(bytes, width, memory);
              System.out.println(
                  share.line(
                      Integer.parseInt(rows),
                      Provider.valueOf(provider),
                      DType.valueOf(type),
                      Integer.parseInt(workers),
                      rounds,
                      memory));
            }
          }
        }
      }
    }
  }

  private String line(
      int rows, Provider provider, DType type, int workers, int rounds, NativeMemory memory) {
    MatrixProductKernel kernel = provider.matrixProduct();
    long each = (long) width * width * type.bytes();
    PanelMatrix[] matrices = new PanelMatrix[(int) Math.max(1, bytes / each)];
    for (int i = 0; i < matrices.length; i++) {
      matrices[i] = RandomData.weights(type, width, width, kernel, memory);
    }
    LayerProduct product = new LayerProduct(rows, width, type, kernel, workers);
    double[] shares = new double[rounds];
    double[] speeds = new double[rounds];
    double[] readings = new double[rounds];
    long times = Math.max(1, TURN / bytes);
    try (Team team = new WorkerPool(workers).enter(workers)) {
      for (int round = -WARM_UP; round < rounds; round++) {
        double before = reading.speed(team, times);
        double speed = products(product, matrices, each, team);
        double best = Math.max(before, reading.speed(team, times));
        if (round >= 0) {
          shares[round] = speed / best;
          speeds[round] = speed;
          readings[round] = best;
        }
      }
    }
    Arrays.sort(shares);
    Arrays.sort(speeds);
    Arrays.sort(readings);
    return String.format(
        Locale.ROOT,
        "| %s %s | %d | %d | **%.2f** | %.2f to %.2f | %.1f | %.1f |",
        provider,
        type,
        rows,
        workers,
        shares[rounds / 2],
        shares[rounds / 4],
        shares[rounds * 3 / 4],
        speeds[rounds / 2],
        readings[rounds / 2]);
  }

  private static double products(
      LayerProduct product, PanelMatrix[] matrices, long each, Team team) {
    long times = Math.max(1, TURN / (each * matrices.length));
    long start = System.nanoTime();
    for (long i = 0; i < times; i++) {
      for (PanelMatrix weights : matrices) {
        product.multiply(weights, team);
      }
    }
    return (double) each * matrices.length * times / (System.nanoTime() - start);
  }
}
