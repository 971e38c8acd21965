package io.octavo.benchmarks;

import io.octavo.normalize.CompressedRmsNorm;
import io.octavo.normalize.LayerNorm;
import io.octavo.normalize.Normalization;
import io.octavo.normalize.PowerNorm;
import io.octavo.normalize.RmsNorm;
import io.octavo.normalize.UnifiedNorm;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Every normalization of tokens, from one array to another, 16 tokens at a time, that stay in the
 * cache or walk through memory. The kernels are those that the JVM chooses. Traffic is one read and
 * one write of each element, whatever the number of sweeps.
 */
@State(Scope.Thread)
public class NormalizationBenchmark extends Protocol {
  private static final int TOKENS = 16;
  private static final double EPSILON = 1e-5;

  /** Which normalization. */
  public enum Kind {
    LAYER_NORM,
    RMS_NORM,
    RMS_NORM_EPSILON_OUTSIDE,
    RMS_NORM_ROUNDED_BEFORE_WEIGHT,
    RMS_NORM_ROUNDED_AFTER_WEIGHT,
    COMPRESSED_RMS_NORM,
    POWER_NORM,
    POWER_NORM_GROUPS,
    GROUP_SCALING,
    UNIFIED_NORM;

    Normalization create(int width) {
      // As trained ones are, near one and zero, so that a norm makes no outliers.
      float[] weight = RandomData.normal(width, 0.1);
      float[] bias = RandomData.normal(width, 0.1);
      for (int i = 0; i < width; i++) {
        weight[i] += 1f;
      }
      float[] statistic = new float[width];
      Arrays.fill(statistic, 1.5f);
      int groups = width / 64;
      return switch (this) {
        case LAYER_NORM -> LayerNorm.of(weight, bias, EPSILON);
        case RMS_NORM -> RmsNorm.of(weight, EPSILON);
        case RMS_NORM_EPSILON_OUTSIDE -> RmsNorm.epsilonOutside(weight, null, 1, EPSILON);
        case RMS_NORM_ROUNDED_BEFORE_WEIGHT ->
            RmsNorm.of(weight, EPSILON).withRounding(RmsNorm.HalfRounding.BEFORE_WEIGHT);
        case RMS_NORM_ROUNDED_AFTER_WEIGHT ->
            RmsNorm.of(weight, EPSILON).withRounding(RmsNorm.HalfRounding.AFTER_WEIGHT);
        case COMPRESSED_RMS_NORM -> CompressedRmsNorm.of(width - 1, EPSILON);
        case POWER_NORM -> PowerNorm.of(weight, bias, statistic, EPSILON);
        case POWER_NORM_GROUPS -> PowerNorm.withGroups(weight, bias, statistic, groups, EPSILON);
        case GROUP_SCALING -> PowerNorm.groupScaling(width, groups, EPSILON);
        case UNIFIED_NORM -> UnifiedNorm.of(weight, bias, statistic, EPSILON);
      };
    }
  }

  @Param Kind kind;

  @Param({"512", "1024", "2048", "4096"})
  int width;

  /** Size of each array; 0 for the 16 tokens. */
  @Param({"0", "256"})
  int mebibytes;

  private Normalization norm;
  private float[] x;
  private float[] y;
  private int next;

  @Setup
  public void prepare() {
    norm = kind.create(width);
    int groups = Math.max(1, (int) (((long) mebibytes << 20) / Float.BYTES / (TOKENS * width)));
    x = RandomData.activations(groups * TOKENS, width);
    y = new float[x.length];
  }

  @Benchmark
  public float[] normalize(Traffic traffic) {
    norm.apply(x, next, TOKENS, y, next);
    next += TOKENS * width;
    if (next == x.length) {
      next = 0;
    }
    traffic.add((long) TOKENS * norm.width(), 2 * Float.BYTES);
    return y;
  }
}
