package io.octavo.quantize;

/**
 * In which precision weights meet the activations that left the int8 product. Where the checkpoint
 * holds int8 codes there is nothing but {@link #INT8} and {@link #INT8_AS_HALF}; the others then
 * mean {@link #INT8}.
 */
public enum OutlierWeights {
  /**
   * In 16 bits: half and bfloat16 as the checkpoint has them, float32 rounded to half (but for
   * columns with a number beyond the range of half).
   */
  HALF,
  /** In the checkpoint's own precision. */
  SOURCE,
  /** Dequantized from their int8 codes; needs nothing but the quantized model. */
  INT8,
  /** As {@link #INT8}, rounded to half: what the reference library does with half activations. */
  INT8_AS_HALF;

  /** Whether the weights are read from where they were before they were quantized. */
  public boolean readsSource() {
    return this == HALF || this == SOURCE;
  }
}
