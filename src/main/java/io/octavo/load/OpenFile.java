package io.octavo.load;

import io.octavo.tensor.SourceGuard;
import java.lang.foreign.MemorySegment;

/**
 * The bytes of a file of a model, in memory until it is closed, readable from any thread. As a
 * guard it tells whether they are still what they were when it was opened.
 */
public sealed interface OpenFile extends SourceGuard, AutoCloseable permits MappedFile, HeldFile {
  /** All bytes of the file. */
  MemorySegment segment();

  /** The file; for messages. */
  String place();

  /** Whether the bytes are those of a file on disk, read when they are touched. */
  boolean isMapped();

  /** Releases the memory, which must not be read any more. */
  @Override
  void close();
}
