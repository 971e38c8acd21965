package io.octavo.model;

import io.octavo.layer.ParameterScores;

/**
 * Attention to tokens that are parameters (TokenFormer, arXiv:2410.23168), still in the
 * checkpoint's memory.
 *
 * @param keys {@code [slots, inputs]}
 * @param values {@code [outputs, slots]}: the transpose of what a checkpoint holds
 * @param scores what becomes of the scores between the two
 */
public record ParameterWeights(LinearWeights keys, LinearWeights values, ParameterScores scores)
    implements ProjectionWeights {}
