package io.octavo.testing;

import static org.assertj.core.api.Assertions.assertThat;

/** The tolerance classes of the fixtures' README. */
public final class Tolerance {
  private Tolerance() {}

  /** Class "single": 2e-6 of the largest magnitude in the row. */
  public static void single(float[] actual, double[] expected, int rowLength) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int row = 0; row < expected.length; row += rowLength) {
      double largest = 0;
      for (int i = row; i < row + rowLength; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
      }
      for (int i = row; i < row + rowLength; i++) {
        if (!(Math.abs(actual[i] - expected[i]) <= 2e-6 * largest)) {
          throw new AssertionError(
              "[%d]: %s instead of %s, largest %s".formatted(i, actual[i], expected[i], largest));
        }
      }
    }
  }

  /** Class "double": 1e-11 of the largest magnitude in the row. */
  public static void inDouble(double[] actual, double[] expected, int rowLength) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int row = 0; row < expected.length; row += rowLength) {
      double largest = 0;
      for (int i = row; i < row + rowLength; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
      }
      for (int i = row; i < row + rowLength; i++) {
        if (!(Math.abs(actual[i] - expected[i]) <= 1e-11 * largest)) {
          throw new AssertionError(
              "[%d]: %s instead of %s, largest %s".formatted(i, actual[i], expected[i], largest));
        }
      }
    }
  }

  /** Class "single" for one number. */
  public static void single(double actual, double expected) {
    if (actual != expected) {
      assertThat(Math.abs(actual - expected)).isLessThanOrEqualTo(2e-6 * Math.abs(expected));
    }
  }

  /** Class "single" with an absolute part of 1e-7, for a function of one element. */
  public static void elementwise(float actual, double expected, Object what) {
    float exact = (float) expected;
    if (actual != exact && !(Math.abs(actual - expected) <= 2e-6 * Math.abs(expected) + 1e-7)) {
      throw new AssertionError(what + ": " + actual + " instead of " + expected);
    }
  }

  /** Class "half": 2 units in the last place of a half-precision value. */
  public static void half(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      int exponent = Math.max(Math.getExponent(expected[i]), -14);
      double unit = Math.scalb(1.0, exponent - 10);
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("[%d] %s, %s", i, actual[i], expected[i])
          .isLessThanOrEqualTo(2 * unit);
    }
  }
}
