package io.octavo.load;

/** Numbers between the checkpoint's float32 and the double precision of passes over weights. */
final class WideNumbers {
  private WideNumbers() {}

  /** The same numbers in double precision. */
  static double[] of(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** The numbers rounded to float32. */
  static float[] rounded(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }
}
