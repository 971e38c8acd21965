package io.octavo.model;

import io.octavo.layer.Linear;

/**
 * A linear layer and its place.
 *
 * @param name its place
 * @param linear the layer
 */
public record NamedLinear(String name, Linear linear) {}
