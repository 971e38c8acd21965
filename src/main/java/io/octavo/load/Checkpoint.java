package io.octavo.load;

import io.octavo.tensor.SourceGuard;
import java.util.Set;

/**
 * An open file or folder of named tensors. Its tensors lie in mapped memory, or in a copy of the
 * file, and are valid until it is closed; reading it is safe from any thread. As a guard it watches
 * all of its files.
 */
public interface Checkpoint extends SourceGuard, AutoCloseable {
  /** The file or folder, as the user named it; for messages. */
  String source();

  /** The names of all tensors, in the order of the file. */
  Set<String> names();

  /**
   * The tensor of that name.
   *
   * @throws io.octavo.error.CheckpointException if there is none
   * @throws io.octavo.error.UnsupportedModelException if its numbers are of a type that this
   *     library does not read
   */
  CheckpointTensor tensor(String name);

  /**
   * The number of a tensor of one unsigned byte.
   *
   * @throws io.octavo.error.CheckpointException if there is none, or it is something else
   */
  int unsignedByte(String name);

  /** Releases the memory of all tensors. */
  @Override
  void close();
}
