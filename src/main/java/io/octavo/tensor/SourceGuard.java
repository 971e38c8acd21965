package io.octavo.tensor;

import io.octavo.error.CheckpointException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Watches memory that somebody else can change while it is read, such as a mapped file: whoever
 * reads it asks before and after, and turns a fault of the memory into an exception.
 */
public interface SourceGuard {
  /** Guards memory that nobody else can change. */
  SourceGuard NONE =
      new SourceGuard() {
        @Override
        public void check() {
          // Nothing can have happened.
        }

        @Override
        public CheckpointException fault(InternalError error) {
          throw error;
        }
      };

  /**
   * Does nothing if the memory holds what it held when it was opened.
   *
   * @throws CheckpointException if the file behind it was changed since
   */
  void check();

  /**
   * What to throw when reading failed as it does beyond the end of a file that has become shorter
   * than its map.
   *
   * @param error what the JVM threw, at the access or shortly after it
   */
  CheckpointException fault(InternalError error);

  /**
   * {@link #check()} behind reading, where a fault of the memory may be reported only now.
   *
   * @throws CheckpointException if the file was changed, or has become shorter than its map
   */
  default void checkReading() {
    try {
      check();
    } catch (InternalError error) {
      throw fault(error);
    }
  }

  /**
   * Copies {@code count} bytes of {@code memory} from {@code from} on to the beginning of {@code
   * target}. What guards a mapped file may read them from the file instead.
   */
  default void copy(MemorySegment memory, long from, byte[] target, int count) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, from, target, 0, count);
  }
}
