package io.octavo.model;

/** The tensors of what maps tokens to features: a linear layer, or attention to parameters. */
public sealed interface ProjectionWeights permits LinearWeights, ParameterWeights {}
