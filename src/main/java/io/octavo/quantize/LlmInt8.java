package io.octavo.quantize;

/**
 * How a linear layer is turned into int8: LLM.int8() (Dettmers et al., arXiv:2208.07339) by
 * default, and what deviates from it.
 *
 * @param scheme how values become codes
 * @param threshold activations of at least this magnitude are outliers and take part in floating
 *     point; {@link #NO_DECOMPOSITION} for none
 * @param scope which elements leave the int8 product with them
 * @param outlierWeights in which precision the weights meet them
 * @param outlierLimit share of outliers among a token's elements, in (0, 1], above which the
 *     token's activations are not quantized at all (weight-only int8); 1 for never. In the scopes
 *     of a batch, the share of columns
 */
public record LlmInt8(
    Int8Scheme scheme,
    float threshold,
    OutlierScope scope,
    OutlierWeights outlierWeights,
    float outlierLimit) {

  /** No threshold: plain int8 without decomposition, where even an infinity is no outlier. */
  public static final float NO_DECOMPOSITION = Float.POSITIVE_INFINITY;

  /** The paper's threshold. */
  public static final float DEFAULT_THRESHOLD = 6f;

  /**
   * Share of outliers from which decomposition is not worth it: each costs a column of 16-bit
   * weights, twice the bytes of its int8 codes.
   */
  public static final float DEFAULT_OUTLIER_LIMIT = 0.2f;

  private static final LlmInt8 DEFAULTS =
      new LlmInt8(
          Int8Scheme.ABSMAX_VECTOR,
          DEFAULT_THRESHOLD,
          OutlierScope.TOKEN,
          OutlierWeights.HALF,
          DEFAULT_OUTLIER_LIMIT);

  /** Refuses values that mean nothing, or something else elsewhere. */
  public LlmInt8 {
    if (!(threshold > 0f)) {
      throw new IllegalArgumentException(
          "The threshold must be above 0, not "
              + threshold
              + "; decomposition is turned off by withoutDecomposition()");
    }
    if (!(outlierLimit > 0f && outlierLimit <= 1f)) {
      throw new IllegalArgumentException(
          "The outlier limit is a share in (0, 1], not " + outlierLimit);
    }
    if (scope == OutlierScope.REFERENCE && scheme != Int8Scheme.ABSMAX_VECTOR) {
      throw new IllegalArgumentException(
          "The reference library's constants exist for ABSMAX_VECTOR only, not for " + scheme);
    }
  }

  /**
   * Vector-wise absmax, threshold 6.0, outliers per token, their weights in 16 bits, weight-only
   * for tokens with more than a fifth of outliers.
   */
  public static LlmInt8 defaults() {
    return DEFAULTS;
  }

  /** These options with another scheme. */
  public LlmInt8 withScheme(Int8Scheme value) {
    return new LlmInt8(value, threshold, scope, outlierWeights, outlierLimit);
  }

  /** These options with another threshold. */
  public LlmInt8 withThreshold(float value) {
    return new LlmInt8(scheme, value, scope, outlierWeights, outlierLimit);
  }

  /** These options without decomposition: every element is quantized. */
  public LlmInt8 withoutDecomposition() {
    return withThreshold(NO_DECOMPOSITION);
  }

  /** These options with another scope. */
  public LlmInt8 withScope(OutlierScope value) {
    return new LlmInt8(scheme, threshold, value, outlierWeights, outlierLimit);
  }

  /** These options with outlier weights in another precision. */
  public LlmInt8 withOutlierWeights(OutlierWeights value) {
    return new LlmInt8(scheme, threshold, scope, value, outlierLimit);
  }

  /** These options with another limit; 1 for decomposition whatever it costs. */
  public LlmInt8 withOutlierLimit(float value) {
    return new LlmInt8(scheme, threshold, scope, outlierWeights, value);
  }

  /** Whether outliers are taken out. */
  public boolean decomposes() {
    return threshold != NO_DECOMPOSITION;
  }
}
