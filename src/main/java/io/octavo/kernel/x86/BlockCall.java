package io.octavo.kernel.x86;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The one form in which all code of attention and CPUID are called, whether they take as much or
 * not: each form costs a JVM that has just started some ten milliseconds of handles and classes.
 *
 * <p>Registers: rdi, rsi, rdx, rcx the first four pointers, r8 and r9 the first two numbers; on the
 * stack two numbers and a pointer.
 */
final class BlockCall {
  private BlockCall() {}

  /** Calls code that takes four pointers at most. */
  static void call(
      MemorySegment code,
      MemorySegment first,
      MemorySegment second,
      MemorySegment third,
      MemorySegment fourth,
      long number,
      long secondNumber,
      long thirdNumber,
      long fourthNumber) {
    call(
        code,
        first,
        second,
        third,
        fourth,
        number,
        secondNumber,
        thirdNumber,
        fourthNumber,
        MemorySegment.NULL);
  }

  /** Calls code that takes a fifth pointer. */
  static void call(
      MemorySegment code,
      MemorySegment first,
      MemorySegment second,
      MemorySegment third,
      MemorySegment fourth,
      long number,
      long secondNumber,
      long thirdNumber,
      long fourthNumber,
      MemorySegment fifth) {
    try {
      Handle.CALL.invokeExact(
          code,
          first,
          second,
          third,
          fourth,
          number,
          secondNumber,
          thirdNumber,
          fourthNumber,
          fifth);
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  /** Apart, so that writing code touches nothing that is restricted. */
  private static final class Handle {
    static final MethodHandle CALL =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.ofVoid(
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS),
                Linker.Option.critical(true));
  }
}
