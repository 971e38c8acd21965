package io.octavo.kernel.x86;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What code needs to write a row in whole lines of the cache, wherever the row begins: the vector
 * up to the first line's end, all whole ones, and what is left, in one vector or two. A store that
 * lies across two lines costs both. Code cannot shift by as many bits as a register says, so the
 * masks are a table in memory that is never written again.
 *
 * <p>It is entered with positions in bytes, multiples of 4, times {@link #SCALE}.
 */
final class LineMasks {
  /** Bytes of a line, and of a vector. */
  static final int LINE = 64;

  /** Bytes of the table for a byte of position. */
  static final int SCALE = 2;

  /** Entered with where in its line a row begins: the elements up to the line's end. */
  static final int HEAD = 0;

  /** The same: how far the line begins behind the row, as a negative number. */
  static final int BACK = 256;

  /**
   * Entered with where in its line a row begins plus the bytes that the row has beyond whole
   * vectors: the elements of the first vector behind the whole ones.
   */
  static final int FIRST = 2 * BACK;

  /** The same: the elements of the second. */
  static final int SECOND = 3 * BACK;

  private static final int LANES = LINE / Float.BYTES;

  private static final MemorySegment TABLE = table();

  private LineMasks() {}

  /** Where the table lies. */
  static long address() {
    return TABLE.address();
  }

  private static MemorySegment table() {
    MemorySegment table = Arena.global().allocate(4 * BACK, LINE);
    for (int lane = 0; lane < LANES; lane++) {
      set(table, HEAD, lane, lanes(LANES) - lanes(lane));
      set(table, BACK, lane, -(long) lane * Float.BYTES);
    }
    for (int lane = 0; lane < 2 * LANES; lane++) {
      set(table, FIRST, lane, lanes(Math.min(lane, LANES)));
      set(table, SECOND, lane, lanes(Math.max(lane - LANES, 0)));
    }
    return table;
  }

  private static void set(MemorySegment table, int part, int lane, long value) {
    table.set(ValueLayout.JAVA_LONG, part + (long) lane * Float.BYTES * SCALE, value);
  }

  /** A bit for each of the first lanes. */
  private static long lanes(int count) {
    return (1L << count) - 1;
  }
}
