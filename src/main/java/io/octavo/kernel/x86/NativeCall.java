package io.octavo.kernel.x86;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * The one form in which machine code is called, whether it takes as much or not: each form costs a
 * JVM that has just started ten milliseconds of handles and classes, and there were nine.
 *
 * <p>Registers: rdi, rsi, rdx, rcx, r8 and r9 are pointers; all numbers are on the stack, see
 * {@link #number}, floats by their bits. What is left in rax is returned. The calls are critical:
 * arrays are passed where they lie, and no garbage collection begins meanwhile, so code has to be
 * short and cannot call Java.
 */
final class NativeCall {
  /** The most numbers that a call takes. */
  static final int NUMBERS = 17;

  private static final int POINTERS = 6;

  private NativeCall() {}

  /**
   * Where code finds a number of its call.
   *
   * @param position the first is 0
   * @param pushed how many registers were pushed since the code was entered
   */
  static Address number(int position, int pushed) {
    // Above them is where the code returns to.
    return Address.at(Register.RSP, (pushed + 1 + position) * Long.BYTES);
  }

  /**
   * Moves pointers by the numbers from a position on, a number of bytes for each: arrays are passed
   * from their beginning, since a segment of a part of one would be an object. The first that code
   * does.
   */
  static void displace(Assembler code, int position, Register... pointers) {
    for (int i = 0; i < pointers.length; i++) {
      code.add(pointers[i], number(position + i, 0));
    }
  }

  /** Calls code that takes four arrays of floats at most, and returns what it leaves in rax. */
  static long floats(
      MemorySegment code,
      float[] first,
      float[] second,
      float[] third,
      float[] fourth,
      long number,
      long secondNumber,
      long thirdNumber,
      long fourthNumber,
      long fifthNumber,
      long sixthNumber,
      long seventhNumber,
      long eighthNumber,
      long ninthNumber,
      long tenthNumber) {
    // The segments are made here, so that they are no objects wherever this method is inlined.
    try {
      return (long)
          Handle.CALL.invokeExact(
              code,
              MemorySegment.ofArray(first),
              MemorySegment.ofArray(second),
              MemorySegment.ofArray(third),
              MemorySegment.ofArray(fourth),
              MemorySegment.ofArray(fourth),
              MemorySegment.NULL,
              number,
              secondNumber,
              thirdNumber,
              fourthNumber,
              fifthNumber,
              sixthNumber,
              seventhNumber,
              eighthNumber,
              ninthNumber,
              tenthNumber,
              0L,
              0L,
              0L,
              0L,
              0L,
              0L,
              0L);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /** Calls code that multiplies codes with weights and makes floats of the sums. */
  static void values(
      MemorySegment code,
      byte[] x,
      float[] y,
      float[] rowSteps,
      float[] steps,
      float[] bias,
      MemorySegment weights,
      long number,
      long secondNumber,
      long thirdNumber,
      long fourthNumber,
      long fifthNumber,
      long sixthNumber,
      long seventhNumber,
      long eighthNumber,
      long ninthNumber,
      long tenthNumber,
      long eleventhNumber,
      long twelfthNumber,
      long thirteenthNumber,
      long fourteenthNumber,
      long fifteenthNumber,
      long sixteenthNumber,
      long seventeenthNumber) {
    try {
      long unused =
          (long)
              Handle.CALL.invokeExact(
                  code,
                  MemorySegment.ofArray(x),
                  MemorySegment.ofArray(y),
                  MemorySegment.ofArray(rowSteps),
                  MemorySegment.ofArray(steps),
                  MemorySegment.ofArray(bias),
                  weights,
                  number,
                  secondNumber,
                  thirdNumber,
                  fourthNumber,
                  fifthNumber,
                  sixthNumber,
                  seventhNumber,
                  eighthNumber,
                  ninthNumber,
                  tenthNumber,
                  eleventhNumber,
                  twelfthNumber,
                  thirteenthNumber,
                  fourteenthNumber,
                  fifteenthNumber,
                  sixteenthNumber,
                  seventeenthNumber);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /** Calls code that multiplies codes with weights and leaves the sums. */
  static void sums(
      MemorySegment code,
      byte[] x,
      int[] y,
      MemorySegment weights,
      long number,
      long secondNumber,
      long thirdNumber,
      long fourthNumber,
      long fifthNumber,
      long sixthNumber,
      long seventhNumber,
      long eighthNumber,
      long ninthNumber,
      long tenthNumber,
      long eleventhNumber,
      long twelfthNumber) {
    try {
      long unused =
          (long)
              Handle.CALL.invokeExact(
                  code,
                  MemorySegment.ofArray(x),
                  MemorySegment.ofArray(y),
                  MemorySegment.ofArray(y),
                  MemorySegment.ofArray(y),
                  MemorySegment.ofArray(y),
                  weights,
                  number,
                  secondNumber,
                  thirdNumber,
                  fourthNumber,
                  fifthNumber,
                  sixthNumber,
                  seventhNumber,
                  eighthNumber,
                  ninthNumber,
                  tenthNumber,
                  eleventhNumber,
                  twelfthNumber,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /** Calls code that asks the processor, and writes what it leaves in registers. */
  static void registers(MemorySegment code, long[] registers, long number, long secondNumber) {
    try {
      long unused =
          (long)
              Handle.CALL.invokeExact(
                  code,
                  MemorySegment.ofArray(registers),
                  MemorySegment.ofArray(registers),
                  MemorySegment.ofArray(registers),
                  MemorySegment.ofArray(registers),
                  MemorySegment.ofArray(registers),
                  MemorySegment.NULL,
                  number,
                  secondNumber,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L,
                  0L);
    } catch (Throwable thrown) {
      throw unexpected(thrown);
    }
  }

  /** A float as code finds it on the stack. */
  static long bits(float number) {
    return Float.floatToRawIntBits(number);
  }

  /** A double as code finds it on the stack. */
  static long bits(double number) {
    return Double.doubleToRawLongBits(number);
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

  /** Apart, so that writing code touches nothing that is restricted. */
  static final class Handle {
    /**
     * Takes the code's address, six segments and as many longs as {@link #NUMBERS} says.
     *
     * <p>To be invoked by the method that makes the segments: C2 does not inline a method in
     * between that was compiled before, and then they would be objects. They would be as well if C2
     * saw arrays and other memory at the same place, for it keeps what it has cast: the first five
     * are arrays in every call, something twice if there are fewer, and for the last no segment is
     * made.
     */
    static final MethodHandle CALL = of(NUMBERS);

    private Handle() {}

    /** The same form with so many numbers. */
    static MethodHandle of(int numbers) {
      MemoryLayout[] layouts = new MemoryLayout[POINTERS + numbers];
      Arrays.fill(layouts, 0, POINTERS, ValueLayout.ADDRESS);
      Arrays.fill(layouts, POINTERS, layouts.length, ValueLayout.JAVA_LONG);
      return Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts), Linker.Option.critical(true));
    }
  }
}
