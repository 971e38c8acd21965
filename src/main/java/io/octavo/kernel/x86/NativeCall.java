package io.octavo.kernel.x86;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** Handles that call machine code. To be touched only where native access is granted. */
final class NativeCall {
  private NativeCall() {}

  /**
   * A handle that takes the code's address, then {@code pointers} segments, arrays among them, and
   * {@code numbers} longs, in the order of the C calling convention. The call is critical: no
   * garbage collection begins while it runs, so it has to be short and cannot call Java.
   */
  static MethodHandle critical(int pointers, int numbers) {
    MemoryLayout[] layouts = new MemoryLayout[pointers + numbers];
    Arrays.fill(layouts, 0, pointers, ValueLayout.ADDRESS);
    Arrays.fill(layouts, pointers, layouts.length, ValueLayout.JAVA_LONG);
    return Linker.nativeLinker()
        .downcallHandle(FunctionDescriptor.ofVoid(layouts), Linker.Option.critical(true));
  }

  /**
   * A handle that takes the code's address, then so many segments, longs and floats, and returns a
   * long. Critical as {@link #critical}.
   */
  static MethodHandle sweep(int pointers, int longs, int floats) {
    MemoryLayout[] layouts = new MemoryLayout[pointers + longs + floats];
    Arrays.fill(layouts, 0, pointers, ValueLayout.ADDRESS);
    Arrays.fill(layouts, pointers, pointers + longs, ValueLayout.JAVA_LONG);
    Arrays.fill(layouts, pointers + longs, layouts.length, ValueLayout.JAVA_FLOAT);
    return Linker.nativeLinker()
        .downcallHandle(
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts), Linker.Option.critical(true));
  }

  /** What a handle threw, which declares everything and throws nothing that is expected. */
  static RuntimeException unexpected(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(thrown);
  }

  /**
   * So many numbers of an array.
   *
   * @throws IndexOutOfBoundsException if it has not got them
   */
  static MemorySegment slice(int[] array, int from, int count) {
    return MemorySegment.ofArray(array)
        .asSlice((long) from * Integer.BYTES, (long) count * Integer.BYTES);
  }

  /**
   * So many numbers of an array.
   *
   * @throws IndexOutOfBoundsException if it has not got them
   */
  static MemorySegment slice(float[] array, int from, int count) {
    return MemorySegment.ofArray(array)
        .asSlice((long) from * Float.BYTES, (long) count * Float.BYTES);
  }
}
