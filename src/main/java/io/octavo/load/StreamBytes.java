package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;

/**
 * Reads streams of unknown length to off-heap memory. Nothing a stream says about its length is
 * believed: memory grows by what has arrived.
 */
final class StreamBytes {
  private static final int BUFFER = 1 << 16;
  private static final long LARGEST_STEP = 16L << 20;

  private StreamBytes() {}

  /** Bytes that have arrived, in memory of their own. */
  private record Piece(Arena arena, MemorySegment bytes) {}

  /**
   * The bytes of a stream up to its end.
   *
   * @param place what messages call it
   * @param stream left open
   * @param target where the bytes go
   * @throws CheckpointException if the stream throws, breaks its contract, or brings more than
   *     there is memory for
   */
  static MemorySegment read(String place, InputStream stream, Arena target) {
    ArrayDeque<Piece> pieces = new ArrayDeque<>();
    long total = 0;
    try {
      byte[] buffer = new byte[BUFFER];
      MemorySegment from = MemorySegment.ofArray(buffer);
      long room = 0;
      for (int count = next(stream, buffer); count > 0; count = next(stream, buffer)) {
        int taken = 0;
        while (taken < count) {
          if (room == 0) {
            room = Math.clamp(total, BUFFER, LARGEST_STEP);
            Arena arena = Arena.ofConfined();
            pieces.add(new Piece(arena, arena.allocate(room)));
          }
          Piece last = pieces.getLast();
          long part = Math.min(room, count - taken);
          MemorySegment.copy(from, taken, last.bytes(), last.bytes().byteSize() - room, part);
          room -= part;
          taken += (int) part;
        }
        total += count;
      }
      MemorySegment bytes = target.allocate(total, ValueLayout.JAVA_LONG.byteAlignment());
      long offset = 0;
      while (!pieces.isEmpty()) {
        Piece piece = pieces.remove();
        try (Arena _ = piece.arena()) {
          long part = Math.min(piece.bytes().byteSize(), total - offset);
          MemorySegment.copy(piece.bytes(), 0, bytes, offset, part);
          offset += part;
        }
      }
      return bytes;
    } catch (IOException | RuntimeException exception) {
      throw new CheckpointException(
          place, "at byte offset " + total, "cannot be read: " + exception, exception);
    } catch (OutOfMemoryError error) {
      throw new CheckpointException(
          place, "at byte offset " + total, "there is no memory for its bytes", error);
    } finally {
      pieces.forEach(piece -> piece.arena().close());
    }
  }

  /**
   * As {@link #read}, with the stream closed whatever happens.
   *
   * @throws CheckpointException as there
   */
  static MemorySegment readAndClose(String place, InputStream stream, Arena target) {
    try (stream) {
      return read(place, stream, target);
    } catch (IOException exception) {
      throw new CheckpointException(place, "", "cannot be read: " + exception, exception);
    }
  }

  /** Reads at least one byte, as long as there is one. */
  private static int next(InputStream stream, byte[] buffer) throws IOException {
    int count = stream.read(buffer, 0, buffer.length);
    if (count == 0) {
      // Not allowed, but some do it; one byte at a time there is no such way out.
      int single = stream.read();
      buffer[0] = (byte) single;
      count = single < 0 ? -1 : 1;
    }
    if (count > buffer.length) {
      throw new IOException(
          "a stream that says it put " + count + " bytes where " + buffer.length + " fit");
    }
    return count;
  }
}
