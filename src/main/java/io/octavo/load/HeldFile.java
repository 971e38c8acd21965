package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A file whose bytes are all in memory of this process.
 *
 * @param place the file, for messages
 * @param segment its bytes
 * @param owner freed with this file; null if the memory belongs to somebody else
 */
record HeldFile(String place, MemorySegment segment, @Nullable Arena owner) implements OpenFile {
  /**
   * Reads a stream and closes it.
   *
   * @throws CheckpointException if it is empty or cannot be read
   */
  static HeldFile read(String place, InputStream stream, Arena owner) {
    boolean read = false;
    try {
      MemorySegment bytes = StreamBytes.readAndClose(place, stream, owner);
      if (bytes.byteSize() == 0) {
        throw new CheckpointException(place, "", "the file is empty");
      }
      read = true;
      return new HeldFile(place, bytes, owner);
    } finally {
      if (!read) {
        owner.close();
      }
    }
  }

  @Override
  public boolean isMapped() {
    return false;
  }

  @Override
  public void check() {
    // Nobody else knows this memory.
  }

  @Override
  public CheckpointException fault(InternalError error) {
    throw error;
  }

  @Override
  public void close() {
    if (owner != null) {
      owner.close();
    }
  }
}
