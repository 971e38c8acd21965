package io.octavo.kernel.vector;

import io.octavo.kernel.NormalizationKernel;
import io.octavo.kernel.SumTree;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * {@link NormalizationKernel} on the Vector API, to the bit as {@link
 * io.octavo.kernel.ScalarNormalization}. A sum sweeps its row once for every two vectors that the
 * 16 lanes fill, so that two accumulators serve any width; the row stays in the first-level cache.
 * The first of these sweeps writes the row before, so that rows that come from memory are not
 * waited for.
 */
public final class VectorNormalization implements NormalizationKernel {
  private static final VectorSpecies<Float> FLOATS = VectorWidth.FLOATS;
  private static final VectorSpecies<Double> DOUBLES = VectorWidth.DOUBLES;

  /** As many floats as a vector has doubles. */
  private static final VectorSpecies<Float> HALVES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.BITS / 2));

  /** Doubles in a vector. */
  private static final int WIDTH = DOUBLES.length();

  /** A thread's working memory, kept so that no call allocates. */
  private static final class Lanes {
    final double[] sums = new double[SumTree.LANES];
    final double[] squares = new double[SumTree.LANES];
    private float[] ones = {};
    private float[] none = {};

    /** Scales where there are none: a choice in a loop costs more than reading them. */
    float[] ones(int width) {
      if (ones.length < width) {
        ones = new float[width];
        Arrays.fill(ones, 1f);
      }
      return ones;
    }

    /** Shifts where there are none; the zero that changes no other. */
    float[] none(int width) {
      if (none.length < width) {
        none = new float[width];
        Arrays.fill(none, -0f);
      }
      return none;
    }
  }

  private static final ThreadLocal<Lanes> LANES = ThreadLocal.withInitial(Lanes::new);

  /** What rows are normalized by, of their sums. */
  private enum Norm {
    LAYER_NORM,
    COMPRESSED_RMS_NORM
  }

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
    normalize(Norm.LAYER_NORM, x, xOffset, rows, width, gamma, beta, epsilon, y, yOffset);
  }

  @Override
  public void compressedRmsNorm(
      float[] x, int xOffset, int rows, int width, double epsilon, float[] y, int yOffset) {
    normalize(Norm.COMPRESSED_RMS_NORM, x, xOffset, rows, width, null, null, epsilon, y, yOffset);
  }

  /**
   * Subtracts a mean, which is zero but for LayerNorm, and multiplies by the reciprocal of a root.
   * While a row is written, the next one is added up. The other norms, whose sums are fewer, gain
   * nothing from that in the caches.
   */
  private static void normalize(
      Norm norm,
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    if (rows == 0 || width == 0) {
      return;
    }
    Lanes lanes = LANES.get();
    float[] scales = gamma == null ? lanes.ones(width) : gamma;
    float[] shifts = beta == null ? lanes.none(width) : beta;
    boolean centres = norm == Norm.LAYER_NORM;
    double pivot = centres ? x[xOffset] : 0;
    sumDistances(x, xOffset, width, pivot, lanes, 0);
    for (int row = 0; row < rows; row++) {
      double sum = SumTree.add(lanes.sums);
      double squares = SumTree.add(lanes.squares);
      double mean = centres ? pivot + sum / width : 0;
      double root =
          switch (norm) {
            case LAYER_NORM ->
                Math.sqrt(Math.max(0, squares - sum * (sum / width)) / width + epsilon);
            case COMPRESSED_RMS_NORM -> Math.sqrt((squares + sum * sum) / (width + 1.0) + epsilon);
          };
      float scale = (float) (1 / root);
      float high = (float) mean;
      float low = (float) (mean - high);
      int from = xOffset + row * width;
      int to = yOffset + row * width;
      int done = 0;
      if (row + 1 < rows) {
        int next = from + width;
        pivot = centres ? x[next] : 0;
        done = writeAndSum(x, from, width, high, low, scale, scales, shifts, y, to, pivot, lanes);
        sumDistances(x, next, width, pivot, lanes, 2 * WIDTH);
      }
      write(x, from, done, width, high, low, scale, scales, shifts, y, to);
    }
  }

  /**
   * Writes a row, and adds up what the first lanes have of the next one meanwhile, so that memory
   * is read and written at the same time: a row that comes from it is not waited for. Leaves off
   * before the last elements, fewer than {@link SumTree#LANES}.
   *
   * @return how many were written
   */
  private static int writeAndSum(
      float[] x,
      int from,
      int width,
      float high,
      float low,
      float scale,
      float[] gamma,
      float[] beta,
      float[] y,
      int to,
      double pivot,
      Lanes lanes) {
    int whole = width & -SumTree.LANES;
    int next = from + width;
    DoubleVector sum0 = DoubleVector.zero(DOUBLES);
    DoubleVector sum1 = DoubleVector.zero(DOUBLES);
    DoubleVector square0 = DoubleVector.zero(DOUBLES);
    DoubleVector square1 = DoubleVector.zero(DOUBLES);
    for (int i = 0; i < whole; i += SumTree.LANES) {
      DoubleVector v0 = distances(x, next + i, pivot);
      DoubleVector v1 = distances(x, next + i + WIDTH, pivot);
      sum0 = sum0.add(v0);
      sum1 = sum1.add(v1);
      square0 = v0.fma(v0, square0);
      square1 = v1.fma(v1, square1);
      // Written out, since C2 leaves a loop over two vectors in place, checks and all.
      normalized(x, from + i, high, low, scale, gamma, beta, i).intoArray(y, to + i);
      if (FLOATS.length() <= SumTree.LANES / 2) {
        int j = i + SumTree.LANES / 2;
        normalized(x, from + j, high, low, scale, gamma, beta, j).intoArray(y, to + j);
      }
      if (FLOATS.length() <= SumTree.LANES / 4) {
        int j = i + SumTree.LANES / 4;
        normalized(x, from + j, high, low, scale, gamma, beta, j).intoArray(y, to + j);
        j = i + SumTree.LANES * 3 / 4;
        normalized(x, from + j, high, low, scale, gamma, beta, j).intoArray(y, to + j);
      }
    }
    sum0.intoArray(lanes.sums, 0);
    sum1.intoArray(lanes.sums, WIDTH);
    square0.intoArray(lanes.squares, 0);
    square1.intoArray(lanes.squares, WIDTH);
    return whole;
  }

  private static void write(
      float[] x,
      int from,
      int done,
      int width,
      float high,
      float low,
      float scale,
      float[] gamma,
      float[] beta,
      float[] y,
      int to) {
    int i = done;
    for (; i <= width - FLOATS.length(); i += FLOATS.length()) {
      normalized(x, from + i, high, low, scale, gamma, beta, i).intoArray(y, to + i);
    }
    for (; i < width; i++) {
      y[to + i] = Math.fma(((x[from + i] - high) - low) * scale, gamma[i], beta[i]);
    }
  }

  private static FloatVector normalized(
      float[] x, int from, float high, float low, float scale, float[] gamma, float[] beta, int i) {
    FloatVector v = FloatVector.fromArray(FLOATS, x, from).sub(high).sub(low).mul(scale);
    return v.fma(FloatVector.fromArray(FLOATS, gamma, i), FloatVector.fromArray(FLOATS, beta, i));
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
    sumDistances(x, offset, count, center, lanes, 0);
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
    FloatVector none = FloatVector.broadcast(FLOATS, -0f);
    int i = 0;
    for (; i <= width - FLOATS.length(); i += FLOATS.length()) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xOffset + i).mul(scale);
      FloatVector factor = gamma == null ? one : FloatVector.fromArray(FLOATS, gamma, i);
      FloatVector shift = beta == null ? none : FloatVector.fromArray(FLOATS, beta, i);
      v.fma(factor, shift).intoArray(y, yOffset + i);
    }
    for (; i < width; i++) {
      y[yOffset + i] = affine(x[xOffset + i] * scale, gamma, beta, i);
    }
  }

  /** Adds up what lanes from {@code firstLane} on, and the last elements, have of a row. */
  private static void sumDistances(
      float[] x, int offset, int count, double pivot, Lanes lanes, int firstLane) {
    double[] sums = lanes.sums;
    double[] squares = lanes.squares;
    int whole = offset + (count & -SumTree.LANES);
    for (int part = firstLane; part < SumTree.LANES; part += 2 * WIDTH) {
      DoubleVector sum0 = DoubleVector.zero(DOUBLES);
      DoubleVector sum1 = DoubleVector.zero(DOUBLES);
      DoubleVector square0 = DoubleVector.zero(DOUBLES);
      DoubleVector square1 = DoubleVector.zero(DOUBLES);
      for (int i = offset + part; i < whole; i += SumTree.LANES) {
        DoubleVector v0 = distances(x, i, pivot);
        DoubleVector v1 = distances(x, i + WIDTH, pivot);
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

  private static DoubleVector distances(float[] x, int offset, double pivot) {
    DoubleVector v = (DoubleVector) FloatVector.fromArray(HALVES, x, offset).castShape(DOUBLES, 0);
    return v.sub(pivot);
  }

  private static float affine(
      float normalized, float @Nullable [] gamma, float @Nullable [] beta, int i) {
    return Math.fma(normalized, gamma == null ? 1f : gamma[i], beta == null ? -0f : beta[i]);
  }
}
