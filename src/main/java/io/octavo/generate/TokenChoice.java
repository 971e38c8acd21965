package io.octavo.generate;

/** Chooses one of the candidates. Belongs to one generation and may have state. */
public sealed interface TokenChoice permits GreedyChoice, RandomChoice {
  /** The chosen token's id. */
  int choose(Candidates candidates);
}
