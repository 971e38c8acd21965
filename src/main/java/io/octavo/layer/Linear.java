package io.octavo.layer;

import io.octavo.parallel.Team;
import io.octavo.quantize.RowPreparation;

/**
 * A linear layer {@code y = x W' + b}, or what stands in its place, applied to rows of activations.
 * Safe for any number of threads, each with a workspace of its own; usable as long as the memory
 * its weights were put in.
 *
 * <p>A row's result depends on that row and the weights alone, bit for bit: not on the other rows
 * (except in LLM.int8()'s scopes of a batch and in schemes with one constant for all activations),
 * nor on the number of threads.
 */
public sealed interface Linear permits FloatLinear, Int8Linear, ParameterAttention {
  /** Input features. */
  int inputs();

  /** Output features. */
  int outputs();

  /**
   * Prepares {@code rows} rows and applies the layer to them. All rows are prepared before {@code
   * y} is written, so a preparation may read what {@code y} held.
   *
   * @param preparation what makes the rows, in {@code x}
   * @param x {@code [rows, inputs]}
   * @param rows number of rows; 0 is allowed
   * @param y receives {@code [rows, outputs]}; not the same array as {@code x}
   * @param workspace working memory and team
   */
  void forward(RowPreparation preparation, float[] x, int rows, float[] y, Workspace workspace);

  /** Applies the layer to {@code rows} rows that are there. */
  default void forward(float[] x, int rows, float[] y, Workspace workspace) {
    forward(RowPreparation.NONE, x, rows, y, workspace);
  }

  /** Applies the layer on the calling thread, with working memory of its own. */
  default float[] forward(float[] x, int rows) {
    float[] y = new float[rows * outputs()];
    Workspace workspace = new Workspace(1);
    workspace.use(Team.alone());
    forward(x, rows, y, workspace);
    return y;
  }
}
