package io.octavo.model;

import io.octavo.tensor.WeightMatrix;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer {@code y = W x + b}, still in the checkpoint's memory.
 *
 * @param weight {@code [outputs, inputs]}
 * @param bias {@code [outputs]}; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, while the model is built; never compared.
public record LinearWeights(WeightMatrix weight, float @Nullable [] bias) {}
