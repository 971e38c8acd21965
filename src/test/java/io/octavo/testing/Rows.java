package io.octavo.testing;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Rows that kernels have to agree on. */
public final class Rows {
  private Rows() {}

  /** {@code length} numbers, evenly distributed. */
  public static float[] uniform(RandomGenerator random, int length, double from, double to) {
    float[] row = new float[length];
    for (int i = 0; i < length; i++) {
      row[i] = (float) random.nextDouble(from, to);
    }
    return row;
  }

  /** {@code length} numbers, normally distributed. */
  public static float[] normal(RandomGenerator random, int length, double deviation) {
    float[] row = new float[length];
    for (int i = 0; i < length; i++) {
      row[i] = (float) (random.nextGaussian() * deviation);
    }
    return row;
  }

  /**
   * Rows of one length: usual, huge and tiny numbers, masks, special values, any bits at all,
   * zeros.
   */
  public static float[][] difficult(RandomGenerator random, int length) {
    float[][] rows = new float[11][];
    rows[0] = normal(random, length, 3);
    rows[1] = normal(random, length, 1e4);
    rows[2] = normal(random, length, 3e37);
    rows[3] = normal(random, length, 1e-40);
    rows[4] = sprinkled(random, normal(random, length, 3), Float.NEGATIVE_INFINITY, 3);
    rows[5] = new float[length];
    Arrays.fill(rows[5], Float.NEGATIVE_INFINITY);
    rows[6] = sprinkled(random, normal(random, length, 3), Float.NaN, 20);
    rows[7] = sprinkled(random, normal(random, length, 3), Float.POSITIVE_INFINITY, 20);
    rows[8] = sprinkled(random, normal(random, length, 3), -Float.MAX_VALUE, 2);
    rows[9] = new float[length];
    for (int i = 0; i < length; i++) {
      rows[9][i] = Float.intBitsToFloat(random.nextInt());
    }
    rows[10] = sprinkled(random, sprinkled(random, normal(random, length, 1), 0f, 3), -0f, 2);
    return rows;
  }

  /** The row, with {@code value} in one of {@code every} places. */
  public static float[] sprinkled(RandomGenerator random, float[] row, float value, int every) {
    for (int i = 0; i < row.length; i++) {
      if (random.nextInt(every) == 0) {
        row[i] = value;
      }
    }
    return row;
  }

  /** The values of all tokens, each {@code factor} times itself. */
  public static float[] times(float[] row, float factor) {
    float[] result = row.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] *= factor;
    }
    return result;
  }

  /** The values of all tokens, each plus {@code shift}. */
  public static float[] plus(float[] row, float shift) {
    float[] result = row.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] += shift;
    }
    return result;
  }

  /** As doubles. */
  public static double[] doubles(float[] row) {
    double[] result = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      result[i] = row[i];
    }
    return result;
  }
}
