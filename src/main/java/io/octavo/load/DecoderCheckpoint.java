package io.octavo.load;

import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderWeights;
import java.util.List;

/**
 * A decoder found in a checkpoint. The matrices lie in the checkpoint's memory and are valid until
 * that is closed.
 *
 * @param descriptor its shape
 * @param weights its tensors
 * @param ignored names of the tensors that the checkpoint holds beside the decoder
 */
public record DecoderCheckpoint(
    DecoderDescriptor descriptor, DecoderWeights weights, List<String> ignored) {

  /** Keeps an immutable copy of the list. */
  public DecoderCheckpoint {
    ignored = List.copyOf(ignored);
  }
}
