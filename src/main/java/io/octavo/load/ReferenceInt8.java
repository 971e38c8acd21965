package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import io.octavo.tensor.CodedMatrix;
import io.octavo.tensor.DType;
import io.octavo.tensor.StoredMatrix;
import java.util.List;

/**
 * Linear layers as the reference library of LLM.int8() stores them: int8 codes {@code weight} of
 * shape {@code [outputs, inputs]}, float32 {@code SCB} with the largest magnitude per output, and
 * in newer files {@code weight_format}, a byte that is 0 where the codes stand row by row.
 */
final class ReferenceInt8 {
  static final String WEIGHT = ".weight";
  static final String CONSTANTS = ".SCB";
  static final String FORMAT = ".weight_format";

  /** Layouts for certain GPUs, which that library wrote once. */
  private static final List<String> FORMATS = List.of("row", "col32", "col_turing", "col_ampere");

  private ReferenceInt8() {}

  /** Whether a linear layer is stored so. */
  static boolean isLinear(Checkpoint checkpoint, String module) {
    return checkpoint.names().contains(module + CONSTANTS);
  }

  /** The tensors of a linear layer that is stored so, without its bias. */
  static List<String> names(Checkpoint checkpoint, String module) {
    return checkpoint.names().contains(module + FORMAT)
        ? List.of(module + WEIGHT, module + CONSTANTS, module + FORMAT)
        : List.of(module + WEIGHT, module + CONSTANTS);
  }

  /**
   * The weights of a linear layer that {@link #isLinear is stored so}.
   *
   * @param module its name, such as {@code encoder.layer.0.output.dense}
   * @throws CheckpointException if a tensor is absent, or of another type or shape
   * @throws UnsupportedModelException if the codes are laid out for some GPU
   */
  static CodedMatrix weights(Checkpoint checkpoint, String module, int outputs, int inputs) {
    CheckpointTensor codes =
        expect(
            checkpoint.tensor(module + WEIGHT), DType.I8, List.of((long) outputs, (long) inputs));
    CheckpointTensor constants =
        expect(checkpoint.tensor(module + CONSTANTS), DType.F32, List.of((long) outputs));
    if (checkpoint.names().contains(module + FORMAT)) {
      int format = checkpoint.unsignedByte(module + FORMAT);
      if (format != 0) {
        throw new UnsupportedModelException(
            codes.file(),
            codes.place()
                + " is in the format "
                + (format < FORMATS.size() ? FORMATS.get(format) : String.valueOf(format))
                + " of some GPU; save the model again with a current release, which writes rows");
      }
    }
    float[] absmax = new float[outputs];
    StoredMatrix.byRows(constants.data(), DType.F32, 1, outputs)
        .guardedBy(constants.guard())
        .readRow(0, absmax, 0);
    return CodedMatrix.of(codes.data(), absmax, inputs, codes.file(), codes.place(), codes.guard());
  }

  private static CheckpointTensor expect(CheckpointTensor tensor, DType type, List<Long> shape) {
    if (tensor.type() != type || !tensor.shape().equals(shape)) {
      throw new CheckpointException(
          tensor.file(),
          tensor.place(),
          "should be "
              + shape
              + " of "
              + type
              + " as part of an int8 layer, and is "
              + tensor.shape()
              + " of "
              + tensor.type());
    }
    return tensor;
  }
}
