package io.octavo.load;

import io.octavo.tensor.BlockFormat;
import io.octavo.tensor.WeightMatrix;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a tensor comes out of the bytes that a checkpoint holds.
 *
 * @param blocks the format of the blocks in which its numbers are stored; null if they are not
 * @param transposed whether a matrix is stored as the transpose of what its shape says
 * @param view what makes the tensor of what is stored, such as another order of rows; it gets a
 *     vector as a matrix of one column
 */
public record TensorForm(
    @Nullable BlockFormat blocks, boolean transposed, UnaryOperator<WeightMatrix> view) {
  /** Numbers one by one, as they are. */
  static final TensorForm PLAIN = new TensorForm(null, false, UnaryOperator.identity());

  /** Numbers in blocks, or one by one, as they are. */
  static TensorForm of(@Nullable BlockFormat blocks) {
    return new TensorForm(blocks, false, UnaryOperator.identity());
  }

  /** The same with a view. */
  TensorForm seenAs(UnaryOperator<WeightMatrix> added) {
    return new TensorForm(blocks, transposed, added);
  }

  /** The same of a matrix that is stored as its transpose. */
  TensorForm turned() {
    return new TensorForm(blocks, true, view);
  }
}
