package io.octavo.model;

import java.util.List;

/** The tensors of a feed-forward part, still in the checkpoint's memory. */
public sealed interface FeedForwardWeights {
  /**
   * Two linear layers.
   *
   * @param expand the first; with a gate, the gate and then what it multiplies
   * @param contract the last
   */
  record Dense(List<LinearWeights> expand, LinearWeights contract) implements FeedForwardWeights {
    /** Keeps an immutable copy of the list. */
    public Dense {
      expand = List.copyOf(expand);
    }
  }

  /**
   * A mixture of experts, of which each token takes the most probable one.
   *
   * @param router {@code [experts, width]}
   * @param experts the experts
   */
  record Experts(LinearWeights router, List<Dense> experts) implements FeedForwardWeights {
    /** Keeps an immutable copy of the list. */
    public Experts {
      experts = List.copyOf(experts);
    }
  }

  /**
   * Attention to parameters alone.
   *
   * @param attention its tensors
   */
  record Parameters(ParameterWeights attention) implements FeedForwardWeights {}
}
