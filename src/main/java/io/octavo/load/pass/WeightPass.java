package io.octavo.load.pass;

import org.jspecify.annotations.Nullable;

/** A change of a model's weights while it loads. None of these needs data. */
public interface WeightPass {
  /** What messages and the report call it. */
  String title();

  /** When it runs. */
  PassStage stage();

  /**
   * Whether the model computes the same afterwards, but for rounding: in double precision results
   * differ by no more than 1e-10 of their scale, and in single they are about as far from those as
   * the model's own are.
   */
  boolean exact();

  /**
   * Why this model cannot go through this pass, in words that go behind the pass's title; null if
   * it can.
   */
  @Nullable String refusal(ResidualModel model);

  /**
   * The model after the pass. Weights are computed when they are read.
   *
   * @param model one that is not refused
   * @param log is told what changes
   */
  ResidualModel apply(ResidualModel model, ChangeLog log);
}
