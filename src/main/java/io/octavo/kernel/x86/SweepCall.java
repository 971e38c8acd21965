package io.octavo.kernel.x86;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The one form in which sweeps over rows are called, whether they take as much or not: each form
 * costs a JVM that has just started some ten milliseconds of handles and classes. A handle, and not
 * a method, since C2 inlines a limited amount, and segments of a call in between would be objects.
 *
 * <p>Registers: rdi, rsi, rdx the first three pointers, rcx, r8, r9 the first three numbers; on the
 * stack a number and a pointer; xmm0 to xmm2 floats. What is left in rax is returned.
 */
final class SweepCall {
  /** Takes the code's address, three segments, four longs, a segment and three floats. */
  static final MethodHandle HANDLE =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_FLOAT,
                  ValueLayout.JAVA_FLOAT,
                  ValueLayout.JAVA_FLOAT),
              Linker.Option.critical(true));

  private SweepCall() {}
}
