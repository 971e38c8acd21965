package io.octavo.load;

import io.octavo.model.ClassifierWeights;
import io.octavo.model.EncoderDescriptor;
import io.octavo.model.EncoderWeights;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An encoder found in a checkpoint. The matrices lie in the checkpoint's memory and are valid until
 * that is closed.
 *
 * @param descriptor its shape
 * @param weights its tensors
 * @param classifier the tensors of its classification head; null where it has none
 * @param form how it is written again
 * @param ignored what the checkpoint holds beside the encoder and this library leaves out, such as
 *     a pooler: names of tensors and outputs
 */
public record EncoderCheckpoint(
    EncoderDescriptor descriptor,
    EncoderWeights weights,
    @Nullable ClassifierWeights classifier,
    EncoderForm form,
    List<String> ignored) {

  /** Keeps an immutable copy of the list. */
  public EncoderCheckpoint {
    ignored = List.copyOf(ignored);
  }
}
