package io.octavo.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Memory from Linux itself, for which huge pages are asked for. Against memory from the JDK, which
 * one thread fills with zeros, a page at a time: nothing is touched before somebody writes to it,
 * so those who pack weights do it in parallel, and a page of 2 MB takes one fault instead of 512.
 * Products read such memory faster, too, since more of it is known to the processor's table of
 * pages.
 */
final class HugePages {
  private static final long PAGE = 2L << 20;
  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int HUGE_PAGES = 14;
  private static final long FAILED = -1;

  private static final @Nullable HugePages SYSTEM = find();

  private final MethodHandle map;
  private final MethodHandle advise;
  private final MethodHandle unmap;

  private HugePages(MethodHandle map, MethodHandle advise, MethodHandle unmap) {
    this.map = map;
    this.advise = advise;
    this.unmap = unmap;
  }

  /** Null where native access is not granted, or the system is not Linux on 64 bits. */
  static @Nullable HugePages ofSystem() {
    return SYSTEM;
  }

  private static @Nullable HugePages find() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (!NativeAccess.granted() || !system.equals("linux") || ValueLayout.ADDRESS.byteSize() != 8) {
      return null;
    }
    SymbolLookup functions = Linker.nativeLinker().defaultLookup();
    if (functions.find("mmap").isEmpty()
        || functions.find("madvise").isEmpty()
        || functions.find("munmap").isEmpty()) {
      return null;
    }
    return new HugePages(
        function(
            functions,
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG)),
        function(
            functions,
            "madvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT)),
        function(
            functions,
            "munmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG)));
  }

  private static MethodHandle function(
      SymbolLookup functions, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(functions.findOrThrow(name), descriptor);
  }

  /**
   * Zeroed memory of at least that many bytes, at the beginning of a huge page, given back when the
   * arena is closed; null if the system refuses.
   */
  @Nullable MemorySegment allocate(long bytes, Arena arena) {
    long size = (bytes + PAGE - 1) / PAGE * PAGE;
    // The address may lie anywhere in a huge page; what is not used is never touched.
    long mapped = size + PAGE;
    try {
      long address = (long) map.invokeExact(0L, mapped, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (address == FAILED) {
        return null;
      }
      long begin = (address + PAGE - 1) / PAGE * PAGE;
      // A system without huge pages says no, and gives small ones.
      int ignored = (int) advise.invokeExact(begin, size, HUGE_PAGES);
      return MemorySegment.ofAddress(begin)
          .reinterpret(size, arena, segment -> release(address, mapped));
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new IllegalStateException(thrown);
    }
  }

  private void release(long address, long bytes) {
    try {
      int ignored = (int) unmap.invokeExact(address, bytes);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable thrown) {
      throw new IllegalStateException(thrown);
    }
  }
}
