package io.octavo.load;

import io.octavo.tensor.DType;
import io.octavo.tensor.SourceGuard;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor where the checkpoint holds it.
 *
 * @param name its name in the checkpoint
 * @param type how its numbers are stored
 * @param shape its dimensions, outermost first; empty for a scalar
 * @param data its numbers, row-major and little-endian, exactly as many bytes as they need
 * @param file the file it is in, for messages
 * @param place where it is in that file, for messages: {@code tensor X at byte offset N}
 * @param guard watches that file
 */
public record CheckpointTensor(
    String name,
    DType type,
    List<Long> shape,
    MemorySegment data,
    String file,
    String place,
    SourceGuard guard) {

  /** Keeps an immutable copy of the shape. */
  public CheckpointTensor {
    shape = List.copyOf(shape);
  }
}
