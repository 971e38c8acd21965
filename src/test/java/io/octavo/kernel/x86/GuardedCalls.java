package io.octavo.kernel.x86;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls code with segments anywhere and as few pointers and numbers as it takes. By a handle of its
 * own, which takes a number more: what it is called with is seen by C2, and is not always arrays.
 */
final class GuardedCalls {
  private static final int POINTERS = 6;
  private static final int NUMBERS = NativeCall.NUMBERS + 1;
  private static final MethodHandle HANDLE = NativeCall.Handle.of(NUMBERS);

  private GuardedCalls() {}

  /** Calls the code, and returns what it leaves in rax. */
  static long call(MemorySegment code, List<MemorySegment> pointers, long... numbers)
      throws Throwable {
    List<Object> arguments = new ArrayList<>();
    arguments.add(code);
    arguments.addAll(pointers);
    while (arguments.size() <= POINTERS) {
      arguments.add(MemorySegment.NULL);
    }
    for (long number : numbers) {
      arguments.add(number);
    }
    while (arguments.size() <= POINTERS + NUMBERS) {
      arguments.add(0L);
    }
    return (long) HANDLE.invokeWithArguments(arguments);
  }
}
