package io.octavo.generate;

/** Chooses the most probable token; of equally probable ones the lowest id. */
public final class GreedyChoice implements TokenChoice {
  /** The choice. */
  public GreedyChoice() {}

  @Override
  public int choose(Candidates candidates) {
    return candidates.id(candidates.best());
  }
}
