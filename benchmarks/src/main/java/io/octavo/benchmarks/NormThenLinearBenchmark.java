package io.octavo.benchmarks;

import io.octavo.layer.FloatLinear;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.Linear;
import io.octavo.layer.Workspace;
import io.octavo.normalize.Normalization;
import io.octavo.parallel.Team;
import io.octavo.quantize.LlmInt8;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A normalization and the square linear layer behind it, on one thread. A fixed norm that is folded
 * into the layer leaves the layer alone, PowerNorm's group scaling leaves that before it.
 */
@State(Scope.Thread)
public class NormThenLinearBenchmark extends Protocol {
  /** What stands before the layer. */
  public enum Before {
    LAYER_NORM(NormalizationBenchmark.Kind.LAYER_NORM),
    RMS_NORM(NormalizationBenchmark.Kind.RMS_NORM),
    UNIFIED_NORM(NormalizationBenchmark.Kind.UNIFIED_NORM),
    POWER_NORM_GROUPS(NormalizationBenchmark.Kind.POWER_NORM_GROUPS),
    POWER_NORM_GROUPS_FOLDED(NormalizationBenchmark.Kind.GROUP_SCALING),
    /** Unified Normalization, or PowerNorm without groups. */
    FOLDED(null);

    private final NormalizationBenchmark.@Nullable Kind kind;

    Before(NormalizationBenchmark.@Nullable Kind kind) {
      this.kind = kind;
    }
  }

  @Param Before before;

  @Param({"I8", "F32"})
  DType type;

  @Param({"1", "16", "128"})
  int rows;

  @Param({"512", "1024", "2048"})
  int width;

  private NativeMemory memory;
  private Workspace workspace;
  private @Nullable Normalization norm;
  private Linear linear;
  private float[] x;
  private float[] normalized;
  private float[] y;

  @Setup
  public void prepare() {
    memory = new NativeMemory();
    workspace = new Workspace(1);
    norm = before.kind == null ? null : before.kind.create(width);
    StoredMatrix weights = StoredMatrix.of(RandomData.normal(width * width, 0.03), width, width);
    float[] bias = RandomData.normal(width, 1);
    linear =
        type == DType.I8
            ? Int8Linear.quantize(weights, bias, LlmInt8.defaults(), memory, Team.alone())
            : FloatLinear.pack(weights, bias, type, memory, Team.alone());
    // Without outliers, whose share would differ between what is normalized and what is not.
    x = RandomData.normal(rows * width, 1);
    normalized = new float[x.length];
    y = new float[x.length];
  }

  @TearDown
  public void free() {
    memory.close();
  }

  /** As models do it: the layer normalizes a few rows, and quantizes them at once. */
  @Benchmark
  public float[] together(Products products) {
    workspace.use(Team.alone());
    if (norm == null) {
      linear.forward(x, rows, y, workspace);
    } else {
      linear.forward(this::normalize, normalized, rows, y, workspace);
    }
    products.add((long) rows * width * width);
    return y;
  }

  /** All rows are normalized before the layer sees them. */
  @Benchmark
  public float[] separately(Products products) {
    workspace.use(Team.alone());
    float[] input = x;
    if (norm != null) {
      normalize(0, rows);
      input = normalized;
    }
    linear.forward(input, rows, y, workspace);
    products.add((long) rows * width * width);
    return y;
  }

  private void normalize(int first, int count) {
    Objects.requireNonNull(norm).apply(x, first * width, count, normalized, first * width);
  }
}
