package io.octavo.model;

import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.Kernels;
import io.octavo.softmax.Softmax;
import java.util.List;

/** Runs a decoder's feed-forward parts. */
final class FeedForwardRunner {
  private final DecoderDescriptor.FeedForwardShape shape;
  private final int width;
  private final ActivationKernel activation = Kernels.activation();

  /**
   * A runner.
   *
   * @param shape of all feed-forward parts, and of each expert
   * @param width features of a token
   */
  FeedForwardRunner(DecoderDescriptor.FeedForwardShape shape, int width) {
    this.shape = shape;
    this.width = width;
  }

  /** {@code y = part(x)} for the tokens of a pass, {@code [tokens, width]} both. */
  void run(FeedForward part, float[] x, float[] y, DecoderPass pass) {
    switch (part) {
      case FeedForward.Dense dense -> dense(dense, x, pass.tokens(), y, pass);
      case FeedForward.Experts experts -> experts(experts, x, y, pass);
      case FeedForward.Parameters parameters ->
          parameters.attention().forward(x, pass.tokens(), y, pass.workspace());
    }
  }

  private void dense(FeedForward.Dense part, float[] x, int rows, float[] y, DecoderPass pass) {
    int inner = shape.width();
    float[] expanded = pass.expanded();
    part.expand().forward(x, rows, expanded, pass.workspace());
    float[] activated = shape.gated() ? pass.gated() : expanded;
    pass.byRows(
        rows,
        (first, count) -> {
          if (!shape.gated()) {
            activation.apply(shape.activation(), expanded, first * inner, count * inner);
            return;
          }
          for (int row = first; row < first + count; row++) {
            int gate = row * 2 * inner;
            int up = gate + inner;
            activation.applyGated(shape.activation(), expanded, gate, expanded, up, inner);
            System.arraycopy(expanded, gate, activated, row * inner, inner);
          }
        });
    part.contract().forward(activated, rows, y, pass.workspace());
  }

  /** Each expert runs the tokens that chose it, together; no other token changes a result. */
  private void experts(FeedForward.Experts part, float[] x, float[] y, DecoderPass pass) {
    int tokens = pass.tokens();
    List<FeedForward.Dense> experts = part.experts();
    float[] probabilities = new float[tokens * experts.size()];
    part.router().forward(x, tokens, probabilities, pass.workspace());
    int[] chosen = new int[tokens];
    for (int token = 0; token < tokens; token++) {
      int first = token * experts.size();
      for (int expert = 1; expert < experts.size(); expert++) {
        if (probabilities[first + expert] > probabilities[first + chosen[token]]) {
          chosen[token] = expert;
        }
      }
      Softmax.auto(probabilities, first, experts.size(), probabilities, first);
    }
    float[] inputs = new float[tokens * width];
    float[] outputs = new float[tokens * width];
    for (int expert = 0; expert < experts.size(); expert++) {
      int rows = 0;
      for (int token = 0; token < tokens; token++) {
        if (chosen[token] == expert) {
          System.arraycopy(x, token * width, inputs, rows++ * width, width);
        }
      }
      if (rows == 0) {
        continue;
      }
      dense(experts.get(expert), inputs, rows, outputs, pass);
      for (int token = 0, row = 0; token < tokens; token++) {
        if (chosen[token] == expert) {
          float probability = probabilities[token * experts.size() + expert];
          for (int i = 0; i < width; i++) {
            y[token * width + i] = probability * outputs[row * width + i];
          }
          row++;
        }
      }
    }
  }
}
