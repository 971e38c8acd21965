package io.octavo.load.pass;

import java.util.List;

/**
 * A model after its passes.
 *
 * @param model the weights
 * @param exact whether the model computes what it computed before, but for rounding
 * @param steps what was done, in order
 */
public record PassResult(ResidualModel model, boolean exact, List<PassStep> steps) {
  /** Keeps an immutable copy of the list. */
  public PassResult {
    steps = List.copyOf(steps);
  }
}
