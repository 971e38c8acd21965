package io.octavo.model;

import io.octavo.layer.Linear;
import io.octavo.layer.ParameterAttention;
import io.octavo.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds the linear layers of a decoder's blocks. What several layers share (WideNet,
 * arXiv:2107.11817) is built, quantized and stored once.
 */
final class SharedParts {
  private final ModelBuilder builder;
  private final Map<List<? extends ProjectionWeights>, Linear> projections = new HashMap<>();
  private final Map<FeedForwardWeights, FeedForward> feedForwards = new HashMap<>();

  /** Nothing is built yet; {@code builder} builds. */
  SharedParts(ModelBuilder builder) {
    this.builder = builder;
  }

  /** How many layers the builder is asked for. */
  static int steps(List<DecoderWeights.Layer> layers) {
    Set<Object> seen = new HashSet<>();
    int steps = 0;
    for (DecoderWeights.Layer layer : layers) {
      List<ProjectionWeights> output = List.of(layer.attentionOutput());
      steps += seen.add(layer.projection()) ? steps(layer.projection()) : 0;
      steps += seen.add(output) ? steps(output) : 0;
      steps += seen.add(layer.feedForward()) ? steps(layer.feedForward()) : 0;
    }
    return steps;
  }

  private static int steps(Object part) {
    return switch (part) {
      case FeedForwardWeights.Dense dense -> 2;
      case FeedForwardWeights.Experts experts -> 1 + 2 * experts.experts().size();
      case FeedForwardWeights.Parameters parameters -> 2;
      case List<?> projection ->
          projection.getFirst() instanceof ParameterWeights ? 1 + projection.size() : 1;
      default -> throw new IllegalArgumentException("no part of a block: " + part);
    };
  }

  /** What has the same input, on top of each other. */
  Linear projection(String role, List<? extends ProjectionWeights> parts) {
    Linear known = projections.get(parts);
    if (known == null) {
      known = build(role, parts);
      projections.put(parts, known);
    }
    return known;
  }

  private Linear build(String role, List<? extends ProjectionWeights> parts) {
    List<LinearWeights> linears = new ArrayList<>();
    List<ParameterWeights> attentions = new ArrayList<>();
    for (ProjectionWeights part : parts) {
      switch (part) {
        case LinearWeights linear -> linears.add(linear);
        case ParameterWeights attention -> attentions.add(attention);
      }
    }
    if (!linears.isEmpty() && !attentions.isEmpty()) {
      throw new IllegalArgumentException(role + " is of linear layers and of parameters");
    }
    return attentions.isEmpty() ? builder.linear(role, linears) : attention(role, attentions);
  }

  private ParameterAttention attention(String role, List<ParameterWeights> attentions) {
    Linear keys =
        builder.linear(role + " keys", attentions.stream().map(ParameterWeights::keys).toList());
    List<ParameterAttention.Part> parts = new ArrayList<>();
    for (int i = 0; i < attentions.size(); i++) {
      ParameterWeights weights = attentions.get(i);
      Linear values = builder.linear(LinearNames.values(role, i), List.of(weights.values()));
      parts.add(new ParameterAttention.Part(weights.scores(), values));
    }
    return ParameterAttention.of(keys, parts);
  }

  /** A feed-forward part. */
  FeedForward feedForward(String layer, FeedForwardWeights weights) {
    FeedForward known = feedForwards.get(weights);
    if (known == null) {
      known =
          switch (weights) {
            case FeedForwardWeights.Dense dense -> dense(layer + " FFN", dense);
            case FeedForwardWeights.Experts experts -> experts(layer, experts);
            case FeedForwardWeights.Parameters parameters ->
                new FeedForward.Parameters(
                    attention(layer + " FFN", List.of(parameters.attention())));
          };
      feedForwards.put(weights, known);
    }
    return known;
  }

  private FeedForward.Dense dense(String name, FeedForwardWeights.Dense weights) {
    return new FeedForward.Dense(
        builder.linear(name + " expansion", weights.expand()),
        builder.linear(name + " contraction", List.of(weights.contract())));
  }

  private FeedForward experts(String layer, FeedForwardWeights.Experts weights) {
    List<FeedForward.Dense> experts = new ArrayList<>();
    for (int i = 0; i < weights.experts().size(); i++) {
      experts.add(dense(LinearNames.expert(layer, i), weights.experts().get(i)));
    }
    return new FeedForward.Experts(
        builder.floatLinear(layer + " router", weights.router(), DType.F32), experts);
  }
}
