package io.octavo.load.pass;

/**
 * Vectors that are added to the residual stream: of tokens, positions or segments.
 *
 * @param name what messages and the report call it
 * @param rows {@code [tokens, width]}
 */
public record EmbeddingWeights(String name, Weights rows) {}
