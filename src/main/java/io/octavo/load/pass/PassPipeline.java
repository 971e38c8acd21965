package io.octavo.load.pass;

import io.octavo.error.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;

/** Passes in an order in which each finds what it needs. */
public final class PassPipeline {
  private final List<WeightPass> passes;

  private PassPipeline(List<WeightPass> passes) {
    this.passes = List.copyOf(passes);
  }

  /**
   * Passes, in this order.
   *
   * @throws IllegalArgumentException if one comes after another of a later {@link PassStage}
   */
  public static PassPipeline of(WeightPass... passes) {
    for (int i = 1; i < passes.length; i++) {
      if (passes[i].stage().compareTo(passes[i - 1].stage()) < 0) {
        throw new IllegalArgumentException(
            "The "
                + passes[i].title()
                + " comes after the "
                + passes[i - 1].title()
                + "; it has to come before it");
      }
    }
    return new PassPipeline(List.of(passes));
  }

  /** No pass. */
  public static PassPipeline none() {
    return of();
  }

  /** What makes a Pre-LN model one with Pre-RMSNorm. */
  public static PassPipeline toRmsNorm() {
    return of(
        new Materialization(), new GainFolding(), new HeadUntying(), new LayerNormToRmsNorm());
  }

  /** What makes a Pre-LN model one with Pre-CRMSNorm. */
  public static PassPipeline toCompressedRmsNorm() {
    return of(
        new Materialization(),
        new GainFolding(),
        new HeadUntying(),
        new LayerNormToRmsNorm(),
        new NormWeightFolding(),
        new RmsNormToCompressed());
  }

  /** Whether there is no pass. */
  public boolean isEmpty() {
    return passes.isEmpty();
  }

  /**
   * Sends a model through all passes.
   *
   * @param source the model's file, for messages
   * @param model the model
   * @throws UnsupportedModelException if a pass would change what the model computes; with the
   *     reason
   */
  public PassResult run(String source, ResidualModel model) {
    List<PassStep> steps = new ArrayList<>();
    boolean exact = true;
    ResidualModel current = model;
    for (WeightPass pass : passes) {
      String reason = pass.refusal(current);
      if (reason != null) {
        throw new UnsupportedModelException(
            source, "the pass \"" + pass.title() + "\" is not possible: " + reason);
      }
      current =
          pass.apply(
              current, (name, change) -> steps.add(new PassStep(pass.title(), name, change)));
      exact &= pass.exact();
    }
    return new PassResult(current, exact, steps);
  }
}
