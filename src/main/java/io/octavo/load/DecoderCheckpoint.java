package io.octavo.load;

import io.octavo.load.pass.PassPipeline;
import io.octavo.load.pass.PassStep;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderWeights;
import java.util.List;

/**
 * A decoder found in a checkpoint. The matrices lie in the checkpoint's memory and are valid until
 * that is closed.
 *
 * @param descriptor its shape
 * @param weights its tensors
 * @param changes what passes did to its weights, in order
 * @param ignored names of the tensors that the checkpoint holds beside the decoder
 */
public record DecoderCheckpoint(
    DecoderDescriptor descriptor,
    DecoderWeights weights,
    List<PassStep> changes,
    List<String> ignored) {

  /** Keeps immutable copies of the lists. */
  public DecoderCheckpoint {
    changes = List.copyOf(changes);
    ignored = List.copyOf(ignored);
  }

  /**
   * This decoder behind passes over its weights, which are then computed when they are read.
   *
   * @param passes the passes, in order
   * @param source the model's file, for messages
   * @throws io.octavo.error.UnsupportedModelException if a pass would change what the model
   *     computes; with the reason
   */
  public DecoderCheckpoint through(PassPipeline passes, String source) {
    return DecoderPasses.apply(this, passes, source);
  }
}
