package io.octavo.kernel;

import java.util.Arrays;

/**
 * The sums of exponentials that rows of queries have accumulated, as {@link ExtendedSum}s whose
 * mantissas and exponents lie beside each other, as kernels read them. Grows to what it is asked
 * for and is kept; used by one worker at a time.
 */
public final class ExtendedSums {
  private float[] mantissas = new float[0];
  private float[] exponents = new float[0];

  /** No sums. */
  public ExtendedSums() {}

  /** Makes room for {@code rows} sums of nothing. */
  public void begin(int rows) {
    if (mantissas.length < rows) {
      mantissas = new float[rows];
      exponents = new float[rows];
    }
    Arrays.fill(mantissas, 0, rows, 0f);
    Arrays.fill(exponents, 0, rows, Float.NEGATIVE_INFINITY);
  }

  /** The mantissas, 0 for the sum of nothing. */
  public float[] mantissas() {
    return mantissas;
  }

  /** The exponents, minus infinity for the sum of nothing. */
  public float[] exponents() {
    return exponents;
  }
}
