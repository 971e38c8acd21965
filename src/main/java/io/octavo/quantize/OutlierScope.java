package io.octavo.quantize;

/** Which elements leave the int8 product once some activations reach the threshold. */
public enum OutlierScope {
  /**
   * Only the elements that reach it, each for its own token: a token's result does not depend on
   * what else is in the batch.
   */
  TOKEN,
  /**
   * The paper's: every column with an outlier in any row of the batch leaves for every row, and the
   * constants are taken over the columns that stay.
   */
  BATCH,
  /**
   * As the reference library does it: columns leave for every row, but the constants of a row are
   * taken over all its elements below the threshold, those of columns that leave included; the test
   * and the codes, of activations and weights, use values rounded to half precision.
   */
  REFERENCE
}
