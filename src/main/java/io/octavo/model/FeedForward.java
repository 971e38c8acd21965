package io.octavo.model;

import io.octavo.layer.FloatLinear;
import io.octavo.layer.Linear;
import java.util.List;

/** The feed-forward part of a decoder's block. */
public sealed interface FeedForward {
  /**
   * Two linear layers with an activation between them.
   *
   * @param expand the first; with a gate, the gate and then what it multiplies
   * @param contract the last
   */
  record Dense(Linear expand, Linear contract) implements FeedForward {}

  /**
   * A mixture of experts (Fedus, Zoph and Shazeer, arXiv:2101.03961): each token goes through the
   * one whose router's logit is the largest, the first of equal ones, and the result is multiplied
   * by that expert's probability.
   *
   * @param router to the experts' logits; never quantized, since a token that changes its expert
   *     changes entirely
   * @param experts the experts
   */
  record Experts(FloatLinear router, List<Dense> experts) implements FeedForward {
    /** Keeps an immutable copy of the list. */
    public Experts {
      experts = List.copyOf(experts);
    }
  }

  /**
   * Attention to parameters in place of both layers (TokenFormer).
   *
   * @param attention from and to the decoder's width
   */
  record Parameters(Linear attention) implements FeedForward {}
}
