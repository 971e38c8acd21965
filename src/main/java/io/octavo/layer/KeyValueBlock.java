package io.octavo.layer;

/** Keys and values of {@link KeyValueLayout#TOKENS} tokens in one layer. */
sealed interface KeyValueBlock permits FloatKeyValues, HalfKeyValues, CodeKeyValues {
  /**
   * Puts a token's key and value of a head in their place.
   *
   * @param x holds the key from {@code key} on and the value from {@code value} on
   */
  void put(int head, int token, float[] x, int key, int value);

  /** A head in floats; either the block's own array or {@code target}. */
  float[] read(int head, float[] target);

  /** Where a head begins in the array that {@link #read} returns. */
  int offset(int head);

  /** A block of its own with the same numbers. */
  KeyValueBlock copy();

  /** Bytes that it takes. */
  long bytes();
}
