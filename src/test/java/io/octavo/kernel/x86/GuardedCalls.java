package io.octavo.kernel.x86;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Calls code with segments anywhere and as few pointers and numbers as it takes. By a handle of its
 * own, which takes a number more: what it is called with is seen by C2, and is not always arrays.
 */
final class GuardedCalls {
  private static final int POINTERS = 6;
  private static final int NUMBERS = 14;
  private static final MethodHandle HANDLE = handle();

  private GuardedCalls() {}

  private static MethodHandle handle() {
    MemoryLayout[] layouts = new MemoryLayout[POINTERS + NUMBERS];
    Arrays.fill(layouts, 0, POINTERS, ValueLayout.ADDRESS);
    Arrays.fill(layouts, POINTERS, layouts.length, ValueLayout.JAVA_LONG);
    return Linker.nativeLinker()
        .downcallHandle(
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts), Linker.Option.critical(true));
  }

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
