package io.octavo.kernel.x86;

import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Random;

/**
 * Memory between two pages that may not be touched, so that an access beside it ends the JVM: an
 * operand lies at its end, or at its beginning.
 */
final class GuardedMemory implements AutoCloseable {
  private static final long PAGE = 4096;
  private static final int NONE = 0;
  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.ADDRESS.withTargetLayout(
                  MemoryLayout.sequenceLayout(1L << 30, ValueLayout.JAVA_BYTE)),
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MPROTECT =
      function(
          "mprotect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final MethodHandle MUNMAP =
      function(
          "munmap",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

  private final MemorySegment mapping;
  private final MemorySegment usable;

  GuardedMemory(long bytes) throws Throwable {
    long size = (bytes + PAGE - 1) / PAGE * PAGE;
    MemorySegment mapped =
        (MemorySegment)
            MMAP.invokeExact(MemorySegment.NULL, size + 2 * PAGE, NONE, PRIVATE_ANONYMOUS, -1, 0L);
    if (mapped.address() == -1) {
      throw new IllegalStateException("mmap");
    }
    mapping = mapped.asSlice(0, size + 2 * PAGE);
    usable = mapping.asSlice(PAGE, size);
    int status = (int) MPROTECT.invokeExact(usable, size, READ_WRITE);
    if (status != 0) {
      throw new IllegalStateException("mprotect");
    }
  }

  /** The last bytes before the page behind. */
  MemorySegment atEnd(long bytes) {
    return usable.asSlice(usable.byteSize() - bytes);
  }

  /** The first bytes behind the page before. */
  MemorySegment atBegin(long bytes) {
    return usable.asSlice(0, bytes);
  }

  /** The last bytes, or the first. */
  MemorySegment place(long bytes, boolean atEnd) {
    return atEnd ? atEnd(bytes) : atBegin(bytes);
  }

  /** So many random numbers of a type, the last bytes or the first. */
  MemorySegment numbers(DType type, int count, Random random, boolean atEnd) {
    MemorySegment segment = place((long) count * type.bytes(), atEnd);
    for (int i = 0; i < count; i++) {
      float value = (float) random.nextGaussian();
      switch (type) {
        case F32 -> segment.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value);
        case F16 ->
            segment.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, Float.floatToFloat16(value));
        default ->
            segment.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, BFloat16.fromFloat(value));
      }
    }
    return segment;
  }

  /** One of such numbers. */
  static float number(MemorySegment numbers, DType type, int index) {
    return switch (type) {
      case F32 -> numbers.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, index);
      case F16 -> Float.float16ToFloat(numbers.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index));
      default -> BFloat16.toFloat(numbers.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, index));
    };
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor);
  }

  @Override
  public void close() {
    try {
      int status = (int) MUNMAP.invokeExact(mapping, mapping.byteSize());
      if (status != 0) {
        throw new IllegalStateException("munmap");
      }
    } catch (Throwable thrown) {
      throw new IllegalStateException(thrown);
    }
  }
}
