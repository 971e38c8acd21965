package io.octavo.kernel;

import org.jspecify.annotations.Nullable;

/** The written definition of {@link NormalizationKernel}, element by element. */
public final class ScalarNormalization implements NormalizationKernel {
  /** The kernel; it has no state. */
  public ScalarNormalization() {}

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
    double[] lanes = new double[SumTree.LANES];
    double[] squares = new double[SumTree.LANES];
    for (int i = 0; i < width; i++) {
      double distance = x[xOffset + i] - pivot;
      int lane = i % SumTree.LANES;
      lanes[lane] += distance;
      squares[lane] = Math.fma(distance, distance, squares[lane]);
    }
    double sum = SumTree.add(lanes);
    double mean = pivot + sum / width;
    double variance = Math.max(0, SumTree.add(squares) - sum * (sum / width)) / width;
    float scale = (float) (1 / Math.sqrt(variance + epsilon));
    float high = (float) mean;
    float low = (float) (mean - high);
    for (int i = 0; i < width; i++) {
      float normalized = ((x[xOffset + i] - high) - low) * scale;
      y[yOffset + i] = affine(normalized, gamma, beta, i);
    }
  }

  @Override
  public double sumOfSquares(float[] x, int offset, int count, double center) {
    double[] lanes = new double[SumTree.LANES];
    for (int i = 0; i < count; i++) {
      double value = x[offset + i] - center;
      int lane = i % SumTree.LANES;
      lanes[lane] = Math.fma(value, value, lanes[lane]);
    }
    return SumTree.add(lanes);
  }

  @Override
  public double sum(float[] x, int offset, int count) {
    double[] lanes = new double[SumTree.LANES];
    for (int i = 0; i < count; i++) {
      lanes[i % SumTree.LANES] += x[offset + i];
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
      for (int i = 0; i < width; i++) {
        y[yOffset + at + i] = affine(x[xOffset + at + i] * scale, gamma, beta, i);
      }
    }
  }

  private static float affine(
      float normalized, float @Nullable [] gamma, float @Nullable [] beta, int i) {
    return Math.fma(normalized, gamma == null ? 1f : gamma[i], beta == null ? -0f : beta[i]);
  }
}
