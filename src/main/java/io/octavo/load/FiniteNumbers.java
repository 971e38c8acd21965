package io.octavo.load;

import io.octavo.error.CheckpointException;

/** Vectors of weights, of which one that is no number would make every output none. */
final class FiniteNumbers {
  private FiniteNumbers() {}

  /**
   * The numbers themselves.
   *
   * @param file their file, for messages
   * @param place where they are in it
   * @throws CheckpointException if one is NaN or an infinity
   */
  static float[] require(float[] values, String file, String place) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new CheckpointException(file, place, "number " + i + " is " + values[i]);
      }
    }
    return values;
  }
}
