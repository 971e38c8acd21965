package io.octavo.load.pass;

/** What a norm computes before its scale and shift. */
public enum NormKind {
  /** {@code (x - mean) / sqrt(variance + epsilon)}. */
  LAYER_NORM("LayerNorm"),
  /** {@code x / sqrt(meanSquare + epsilon)}. */
  RMS_NORM("RMSNorm"),
  /** RMSNorm of a vector of zero mean that is stored without its last feature. */
  COMPRESSED_RMS_NORM("CRMSNorm"),
  /** Each group of features divided by the root of its mean square and epsilon: PowerNorm's. */
  GROUP_SCALING("group scaling"),
  /** Nothing: PowerNorm without groups, Unified Normalization, BatchNorm at inference. */
  FIXED("a fixed map");

  private final String title;

  NormKind(String title) {
    this.title = title;
  }

  /** As a message calls it. */
  String title() {
    return title;
  }
}
