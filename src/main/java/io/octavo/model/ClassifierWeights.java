package io.octavo.model;

import io.octavo.kernel.Activation;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a {@link ClassifierHead}, still in the checkpoint's memory.
 *
 * @param dense the layer before the last, {@code [width, width]}; null for none
 * @param activation between the two; not used without the first
 * @param output the last layer, {@code [labels, width]}
 */
public record ClassifierWeights(
    @Nullable LinearWeights dense, Activation activation, LinearWeights output) {}
