package io.octavo.kernel;

/**
 * What an attention over blocks of keys is made of.
 *
 * @param tile its two products
 * @param weights what becomes of the scores between them
 */
public record AttentionParts(TileProduct tile, BlockWeights weights) {}
