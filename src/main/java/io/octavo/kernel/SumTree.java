package io.octavo.kernel;

/**
 * The written order in which the 16 lanes of a sum are added: lane {@code i} and {@code i + 8},
 * then 4, 2, 1. Element {@code i} of a row belongs to lane {@code i % 16}.
 */
public final class SumTree {
  /** The lanes of every sum over a row. */
  public static final int LANES = 16;

  private SumTree() {}

  /** The sum of the {@link #LANES} lanes, which are overwritten. */
  public static float add(float[] lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }

  /** The sum of the {@link #LANES} lanes, which are overwritten. */
  public static double add(double[] lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }
}
