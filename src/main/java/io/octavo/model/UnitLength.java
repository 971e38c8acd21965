package io.octavo.model;

/** Scales vectors to length 1. */
public final class UnitLength {
  /** PyTorch's; a vector of zeros stays one. */
  private static final double LEAST_LENGTH = 1e-12;

  private UnitLength() {}

  /** Divides a vector by its length, or by 1e-12 if it is shorter than that, in place. */
  public static void apply(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    float inverse = (float) (1 / Math.max(Math.sqrt(squares), LEAST_LENGTH));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= inverse;
    }
  }
}
