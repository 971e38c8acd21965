package io.octavo.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Owner of off-heap memory: everything allocated from it lives until {@link #close()}. Allocation
 * is safe from any thread; closing is for the owner, once nobody uses the memory any more.
 *
 * <p>Large pieces come from {@link HugePages} where the system has them, side by side, since each
 * alone would leave half a huge page empty.
 */
public final class NativeMemory implements AutoCloseable {
  /** A cache line, and the width of the widest vector. */
  public static final int ALIGNMENT = 64;

  /** Smaller pieces are the JDK's. */
  private static final long LARGE_BYTES = 256 << 10;

  /** Bytes that are taken from the system together; those behind the last piece stay untouched. */
  private static final long CHUNK_BYTES = 64 << 20;

  private final Arena arena = Arena.ofShared();
  private final AtomicLong allocated = new AtomicLong();
  private final Object lock = new Object();
  private MemorySegment chunk = MemorySegment.NULL;
  private long used;

  /** An owner of nothing yet. */
  public NativeMemory() {}

  /** Zeroed memory of {@code bytes} bytes, aligned to {@link #ALIGNMENT}. */
  public MemorySegment allocate(long bytes) {
    MemorySegment large = bytes < LARGE_BYTES ? null : large(bytes);
    MemorySegment segment = large == null ? arena.allocate(bytes, ALIGNMENT) : large;
    allocated.addAndGet(bytes);
    return segment;
  }

  private @Nullable MemorySegment large(long bytes) {
    HugePages pages = HugePages.ofSystem();
    if (pages == null) {
      return null;
    }
    synchronized (lock) {
      if (bytes > chunk.byteSize() - used) {
        MemorySegment next = pages.allocate(Math.max(bytes, CHUNK_BYTES), arena);
        if (next == null) {
          return null;
        }
        chunk = next;
        used = 0;
      }
      MemorySegment segment = chunk.asSlice(used, bytes);
      used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      return segment;
    }
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
