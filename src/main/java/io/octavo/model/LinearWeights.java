package io.octavo.model;

import io.octavo.tensor.WeightMatrix;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer {@code y = W x + b}, still in the checkpoint's memory. Two are equal if they are
 * of the same matrix and the same bias, not of equal numbers: what layers share is equal.
 *
 * @param weight {@code [outputs, inputs]}
 * @param bias {@code [outputs]}; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // The identity of the bias is meant.
public record LinearWeights(WeightMatrix weight, float @Nullable [] bias)
    implements ProjectionWeights {}
