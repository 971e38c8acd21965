package io.octavo.kernel.x86;

/** The normalizations of tokens that {@link NormalizationCode} writes. */
enum TokenNorm {
  /** Of the distances from the mean by their spread. */
  LAYER_NORM("layer-norm"),
  /** By the root of the mean square. */
  RMS_NORM("rms-norm"),
  /** By that root and epsilon, which is added behind it. */
  RMS_NORM_EPSILON_OUTSIDE("rms-norm-epsilon-outside"),
  /** As RMS_NORM, results rounded to float16. */
  RMS_NORM_ROUNDED("rms-norm-rounded"),
  /** As RMS_NORM, rounded to float16 before the scale of an element and behind it. */
  RMS_NORM_ROUNDED_TWICE("rms-norm-rounded-twice"),
  /**
   * By the root of the mean square of a row that its last element completes, which makes the sum
   * zero.
   */
  COMPRESSED_RMS_NORM("compressed-rms-norm");

  private final String title;

  TokenNorm(String title) {
    this.title = title;
  }

  /** Its name in a listing. */
  String title() {
    return title;
  }

  /** With and without scales and shifts of elements, which a compressed row never has. */
  int variants() {
    return this == COMPRESSED_RMS_NORM ? 1 : 4;
  }

  /** Whether the mean is subtracted. */
  boolean centres() {
    return this == LAYER_NORM;
  }

  /** Whether results are rounded to float16. */
  boolean rounds() {
    return this == RMS_NORM_ROUNDED || roundsTwice();
  }

  /** Whether they are before the scale of an element too. */
  boolean roundsTwice() {
    return this == RMS_NORM_ROUNDED_TWICE;
  }

  /** Whether the elements are added up, not their squares alone. */
  boolean sums() {
    return this == LAYER_NORM || this == COMPRESSED_RMS_NORM;
  }
}
