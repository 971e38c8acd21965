package io.octavo.kernel.vector;

import io.octavo.kernel.NormalizationKernel;
import io.octavo.kernel.SumTree;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * {@link NormalizationKernel} on the Vector API, to the bit as {@link
 * io.octavo.kernel.ScalarNormalization}. A sum sweeps its row once for every two vectors that the
 * 16 lanes fill, so that two accumulators serve any width; the row stays in the first-level cache.
 */
public final class VectorNormalization implements NormalizationKernel {
  private static final VectorSpecies<Float> FLOATS = VectorWidth.FLOATS;
  private static final VectorSpecies<Double> DOUBLES = VectorWidth.DOUBLES;

  /** As many floats as a vector has doubles. */
  private static final VectorSpecies<Float> HALVES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.BITS / 2));

  /** Doubles in a vector. */
  private static final int WIDTH = DOUBLES.length();

  /**
   * {@link SumTree#LANES}, not final, so that C2 takes it for a variable: it would unroll a sweep
   * and schedule the loads of several turns as it likes, and a row that comes from memory has to be
   * met in order, or the processor's prefetcher does not follow.
   */
  private static int stride = SumTree.LANES;

  /** A row's sums, kept so that no call allocates. */
  private static final class Lanes {
    final double[] sums = new double[SumTree.LANES];
    final double[] squares = new double[SumTree.LANES];
  }

  private static final ThreadLocal<Lanes> LANES = ThreadLocal.withInitial(Lanes::new);

  /** The kernel; but for working memory of each thread, it has no state. */
  public VectorNormalization() {}

  @Override
  public void layerNorm(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    for (int row = 0; row < rows; row++) {
      int at = row * width;
      layerNorm(x, xOffset + at, width, gamma, beta, epsilon, y, yOffset + at);
    }
  }

  private static void layerNorm(
      float[] x,
      int xOffset,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    double pivot = width == 0 ? 0 : x[xOffset];
    Lanes lanes = LANES.get();
    sumDistances(x, xOffset, width, pivot, lanes.sums, lanes.squares);
    double sum = SumTree.add(lanes.sums);
    double mean = pivot + sum / width;
    double variance = Math.max(0, SumTree.add(lanes.squares) - sum * (sum / width)) / width;
    float scale = (float) (1 / Math.sqrt(variance + epsilon));
    float high = (float) mean;
    float low = (float) (mean - high);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector zero = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= width - FLOATS.length(); i += FLOATS.length()) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xOffset + i).sub(high).sub(low).mul(scale);
      FloatVector factor = gamma == null ? one : FloatVector.fromArray(FLOATS, gamma, i);
      FloatVector shift = beta == null ? zero : FloatVector.fromArray(FLOATS, beta, i);
      v.fma(factor, shift).intoArray(y, yOffset + i);
    }
    for (; i < width; i++) {
      float normalized = ((x[xOffset + i] - high) - low) * scale;
      y[yOffset + i] = affine(normalized, gamma, beta, i);
    }
  }

  @Override
  public double sumOfSquares(float[] x, int offset, int count) {
    double[] lanes = LANES.get().sums;
    int whole = offset + (count & -SumTree.LANES);
    for (int part = 0; part < SumTree.LANES; part += 2 * WIDTH) {
      DoubleVector sum0 = DoubleVector.zero(DOUBLES);
      DoubleVector sum1 = DoubleVector.zero(DOUBLES);
      for (int i = offset + part; i < whole; i += SumTree.LANES) {
        DoubleVector v0 = (DoubleVector) FloatVector.fromArray(HALVES, x, i).castShape(DOUBLES, 0);
        DoubleVector v1 =
            (DoubleVector) FloatVector.fromArray(HALVES, x, i + WIDTH).castShape(DOUBLES, 0);
        sum0 = v0.fma(v0, sum0);
        sum1 = v1.fma(v1, sum1);
      }
      sum0.intoArray(lanes, part);
      sum1.intoArray(lanes, part + WIDTH);
    }
    for (int i = whole; i < offset + count; i++) {
      double value = x[i];
      lanes[i - whole] = Math.fma(value, value, lanes[i - whole]);
    }
    return SumTree.add(lanes);
  }

  @Override
  public double sumOfSquares(float[] x, int offset, int count, double center) {
    Lanes lanes = LANES.get();
    sumDistances(x, offset, count, center, lanes.sums, lanes.squares);
    return SumTree.add(lanes.squares);
  }

  @Override
  public double sum(float[] x, int offset, int count) {
    double[] lanes = LANES.get().sums;
    int whole = offset + (count & -SumTree.LANES);
    for (int part = 0; part < SumTree.LANES; part += 2 * WIDTH) {
      DoubleVector sum0 = DoubleVector.zero(DOUBLES);
      DoubleVector sum1 = DoubleVector.zero(DOUBLES);
      for (int i = offset + part; i < whole; i += SumTree.LANES) {
        DoubleVector v0 = (DoubleVector) FloatVector.fromArray(HALVES, x, i).castShape(DOUBLES, 0);
        DoubleVector v1 =
            (DoubleVector) FloatVector.fromArray(HALVES, x, i + WIDTH).castShape(DOUBLES, 0);
        sum0 = sum0.add(v0);
        sum1 = sum1.add(v1);
      }
      sum0.intoArray(lanes, part);
      sum1.intoArray(lanes, part + WIDTH);
    }
    for (int i = whole; i < offset + count; i++) {
      lanes[i - whole] += x[i];
    }
    return SumTree.add(lanes);
  }

  @Override
  public void scale(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float scale,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      float[] y,
      int yOffset) {
    for (int row = 0; row < rows; row++) {
      int at = row * width;
      scale(x, xOffset + at, width, scale, gamma, beta, y, yOffset + at);
    }
  }

  private static void scale(
      float[] x,
      int xOffset,
      int width,
      float scale,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      float[] y,
      int yOffset) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector zero = FloatVector.zero(FLOATS);
    int i = 0;
    for (; i <= width - FLOATS.length(); i += FLOATS.length()) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xOffset + i).mul(scale);
      FloatVector factor = gamma == null ? one : FloatVector.fromArray(FLOATS, gamma, i);
      FloatVector shift = beta == null ? zero : FloatVector.fromArray(FLOATS, beta, i);
      v.fma(factor, shift).intoArray(y, yOffset + i);
    }
    for (; i < width; i++) {
      y[yOffset + i] = affine(x[xOffset + i] * scale, gamma, beta, i);
    }
  }

  private static void sumDistances(
      float[] x, int offset, int count, double pivot, double[] sums, double[] squares) {
    int whole = offset + (count & -SumTree.LANES);
    int step = stride;
    for (int part = 0; part < SumTree.LANES; part += 2 * WIDTH) {
      DoubleVector sum0 = DoubleVector.zero(DOUBLES);
      DoubleVector sum1 = DoubleVector.zero(DOUBLES);
      DoubleVector square0 = DoubleVector.zero(DOUBLES);
      DoubleVector square1 = DoubleVector.zero(DOUBLES);
      for (int i = offset + part; i < whole; i += step) {
        DoubleVector v0 = (DoubleVector) FloatVector.fromArray(HALVES, x, i).castShape(DOUBLES, 0);
        DoubleVector v1 =
            (DoubleVector) FloatVector.fromArray(HALVES, x, i + WIDTH).castShape(DOUBLES, 0);
        v0 = v0.sub(pivot);
        v1 = v1.sub(pivot);
        sum0 = sum0.add(v0);
        sum1 = sum1.add(v1);
        square0 = v0.fma(v0, square0);
        square1 = v1.fma(v1, square1);
      }
      sum0.intoArray(sums, part);
      sum1.intoArray(sums, part + WIDTH);
      square0.intoArray(squares, part);
      square1.intoArray(squares, part + WIDTH);
    }
    for (int i = whole; i < offset + count; i++) {
      double distance = x[i] - pivot;
      sums[i - whole] += distance;
      squares[i - whole] = Math.fma(distance, distance, squares[i - whole]);
    }
  }

  private static float affine(
      float normalized, float @Nullable [] gamma, float @Nullable [] beta, int i) {
    return Math.fma(normalized, gamma == null ? 1f : gamma[i], beta == null ? 0f : beta[i]);
  }
}
