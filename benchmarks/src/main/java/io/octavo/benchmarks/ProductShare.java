package io.octavo.benchmarks;

import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import io.octavo.kernel.x86.CodePath;
import io.octavo.kernel.x86.MachineCodeException;
import io.octavo.kernel.x86.ProductPeak;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.util.Arrays;
import java.util.Locale;

/**
 * Which share of the processor's peak the products of codes reach on one thread: {@code
 * ProductShare [--rounds 40] [--shapes 252x4096x4096,96x1536x384] [--path AVX512_VNNI]}. Peak and
 * product take turns of some ten milliseconds, peak before and behind each product, and a share is
 * that of the faster of the two, so that a machine which changes its speed changes neither.
 */
final class ProductShare {
  private static final String SHAPES = "252x4096x4096,1024x384x1536,1024x1536x384,96x1536x384";

  /** Multiply-accumulates of a turn of a product. */
  private static final long TURN = 4_000_000_000L;

  /** Of each shape: until C2 has compiled what cuts a product into calls. */
  private static final long WARM_UP_NANOS = 3_000_000_000L;

  private static final int PEAK_TURNS = 5_000;
  private static final int PEAK_NANOS = 8_000_000;

  private final ProductPeak peak;

  private ProductShare(ProductPeak peak) {
    this.peak = peak;
  }

  public static void main(String[] args) throws MachineCodeException {
    Options options = Options.parse(args);
    int rounds = Integer.parseInt(options.values().getOrDefault("rounds", "40"));
    CodePath path = CodePath.valueOf(options.values().getOrDefault("path", "AVX512_VNNI"));
    ProductShare share = new ProductShare(ProductPeak.install(path));
    System.out.println(
        "| rows x inputs x outputs | share of the peak | quartiles | GMAC/s | peak |");
    System.out.println("|---|---:|---:|---:|---:|");
    for (String shape : options.values().getOrDefault("shapes", SHAPES).split(",", -1)) {
      System.out.println(share.row(Shape.parse(shape), shape, rounds));
    }
  }

  private String row(Shape shape, String name, int rounds) {
    MatrixProductKernel kernel = Provider.MACHINE.matrixProduct();
    double[] shares = new double[rounds];
    double[] speeds = new double[rounds];
    double[] peaks = new double[rounds];
    try (NativeMemory memory = new NativeMemory()) {
      PanelMatrix weights =
          RandomData.weights(DType.I8, shape.outputs(), shape.inputs(), kernel, memory);
      BlockedProduct product = new BlockedProduct(shape, DType.I8, kernel, 1);
      long start = System.nanoTime();
      while (System.nanoTime() - start < WARM_UP_NANOS) {
        speed(product, weights, shape.macs());
      }
      for (int round = 0; round < rounds; round++) {
        double before = peakSpeed();
        double speed = speed(product, weights, shape.macs());
        double best = Math.max(before, peakSpeed());
        shares[round] = speed / best;
        speeds[round] = speed;
        peaks[round] = best;
      }
    }
    Arrays.sort(shares);
    Arrays.sort(speeds);
    Arrays.sort(peaks);
    return String.format(
        Locale.ROOT,
        "| %s | **%.1f %%** | %.1f to %.1f %% | %.0f | %.0f |",
        name,
        100 * shares[rounds / 2],
        100 * shares[rounds / 4],
        100 * shares[rounds * 3 / 4],
        speeds[rounds / 2],
        peaks[rounds / 2]);
  }

  private double peakSpeed() {
    long start = System.nanoTime();
    long macs = 0;
    long elapsed = 0;
    while (elapsed < PEAK_NANOS) {
      macs += peak.run(PEAK_TURNS);
      elapsed = System.nanoTime() - start;
    }
    return macs / (double) elapsed;
  }

  private static double speed(BlockedProduct product, PanelMatrix weights, long macs) {
    long times = Math.max(1, TURN / macs);
    long start = System.nanoTime();
    for (long i = 0; i < times; i++) {
      product.multiply(weights, Team.alone());
    }
    return macs * (double) times / (System.nanoTime() - start);
  }
}
