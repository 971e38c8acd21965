package io.octavo.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Owner of off-heap memory: everything allocated from it lives until {@link #close()}. Allocation
 * is safe from any thread; closing is for the owner, once nobody uses the memory any more.
 */
public final class NativeMemory implements AutoCloseable {
  /** A cache line, and the width of the widest vector. */
  public static final int ALIGNMENT = 64;

  private final Arena arena = Arena.ofShared();
  private final AtomicLong allocated = new AtomicLong();

  /** An owner of nothing yet. */
  public NativeMemory() {}

  /** Zeroed memory of {@code bytes} bytes, aligned to {@link #ALIGNMENT}. */
  public MemorySegment allocate(long bytes) {
    MemorySegment segment = arena.allocate(bytes, ALIGNMENT);
    allocated.addAndGet(bytes);
    return segment;
  }

  /** Bytes allocated so far. */
  public long allocatedBytes() {
    return allocated.get();
  }

  /** Frees everything. */
  @Override
  public void close() {
    arena.close();
  }
}
