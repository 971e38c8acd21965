package io.octavo.quantize;

/** How many numbers share one constant. */
public enum Granularity {
  /** One constant for a whole matrix. */
  TENSOR,
  /** One constant per row: a token of the activations, an output feature of the weights. */
  ROW
}
