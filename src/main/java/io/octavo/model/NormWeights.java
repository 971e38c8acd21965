package io.octavo.model;

import org.jspecify.annotations.Nullable;

/**
 * A normalization's affine part.
 *
 * @param gamma scale, {@code [width]}
 * @param beta shift, {@code [width]}; null for none
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, while the model is built; never compared.
public record NormWeights(float[] gamma, float @Nullable [] beta) {}
