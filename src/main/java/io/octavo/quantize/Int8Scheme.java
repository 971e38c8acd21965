package io.octavo.quantize;

/**
 * The int8 schemes of LLM.int8() (Dettmers et al., arXiv:2208.07339, section 2.1 and table 1). All
 * of them multiply codes in [-127, 127] exactly, in int32.
 */
public enum Int8Scheme {
  /** Absmax, one constant for the activations and one for the weights. */
  ABSMAX_TENSOR(false, Granularity.TENSOR, false, Granularity.TENSOR),
  /** Absmax, a constant per token and one for the whole weight. */
  ABSMAX_ROW(false, Granularity.ROW, false, Granularity.TENSOR),
  /** Absmax, a constant per token and one per output feature; the scheme of LLM.int8(). */
  ABSMAX_VECTOR(false, Granularity.ROW, false, Granularity.ROW),
  /** Zeropoint, one constant for the activations and one for the weights. */
  ZEROPOINT_TENSOR(true, Granularity.TENSOR, true, Granularity.TENSOR),
  /** Zeropoint, a constant per token and one per output feature. */
  ZEROPOINT_VECTOR(true, Granularity.ROW, true, Granularity.ROW),
  /** Zeropoint for the activations as a whole, absmax per output feature for the weights. */
  ZEROPOINT_ACTIVATION_TENSOR(true, Granularity.TENSOR, false, Granularity.ROW),
  /** Zeropoint per token, absmax per output feature for the weights. */
  ZEROPOINT_ACTIVATION_VECTOR(true, Granularity.ROW, false, Granularity.ROW);

  private final boolean zeropointActivations;
  private final Granularity activations;
  private final boolean zeropointWeights;
  private final Granularity weights;

  Int8Scheme(
      boolean zeropointActivations,
      Granularity activations,
      boolean zeropointWeights,
      Granularity weights) {
    this.zeropointActivations = zeropointActivations;
    this.activations = activations;
    this.zeropointWeights = zeropointWeights;
    this.weights = weights;
  }

  /** Whether activations use zeropoint rather than absmax. */
  public boolean zeropointActivations() {
    return zeropointActivations;
  }

  /** How many activations share a constant. */
  public Granularity activations() {
    return activations;
  }

  /** Whether weights use zeropoint rather than absmax. */
  public boolean zeropointWeights() {
    return zeropointWeights;
  }

  /** How many weights share a constant. */
  public Granularity weights() {
    return weights;
  }
}
