package io.octavo.kernel.x86;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of the process that machine code is executed from, on Linux. Pages are mapped writable,
 * filled, and made executable and read-only before anyone gets to know their address; they are
 * never both, and stay for the life of the JVM.
 */
final class ExecutableMemory {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int FAILED = -1;

  /** A cache line. */
  private static final int ALIGNMENT = 64;

  /** Fills gaps: the breakpoint instruction, so that a stray jump ends where it began. */
  private static final byte BREAKPOINT = (byte) 0xCC;

  private static final String ERRNO = "errno";

  private ExecutableMemory() {}

  /**
   * Installs code and returns where each piece begins.
   *
   * @throws MachineCodeException if the system refuses, as a hardened one may
   */
  static List<MemorySegment> install(List<MachineCode> pieces) throws MachineCodeException {
    long size = 0;
    for (MachineCode piece : pieces) {
      size += aligned(piece.bytes().length);
    }
    long begin = call("mmap", 0, size, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0);
    MemorySegment memory = MemorySegment.ofAddress(begin).reinterpret(size);
    memory.fill(BREAKPOINT);
    List<MemorySegment> begins = new ArrayList<>();
    long at = 0;
    for (MachineCode piece : pieces) {
      MemorySegment.copy(piece.bytes(), 0, memory, ValueLayout.JAVA_BYTE, at, piece.bytes().length);
      begins.add(memory.asSlice(at, piece.bytes().length));
      at += aligned(piece.bytes().length);
    }
    call("mprotect", begin, size, READ | EXECUTE, 0, 0, 0);
    return begins;
  }

  /**
   * Calls a function of the system. Why it failed is found by calling it once more, in a form that
   * tells and that a JVM that has just started would pay more for.
   */
  private static long call(
      String name, long first, long second, int third, int fourth, int fifth, long sixth)
      throws MachineCodeException {
    MemorySegment function =
        Linker.nativeLinker()
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new MachineCodeException("this system has no function " + name));
    try {
      long result =
          (long) SystemCall.CALL.invokeExact(function, first, second, third, fourth, fifth, sixth);
      // Of a status the register's upper half is anything.
      return (int) result != FAILED
          ? result
          : callAgain(name, function, first, second, third, fourth, fifth, sixth);
    } catch (MachineCodeException exception) {
      throw exception;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  private static long callAgain(
      String name,
      MemorySegment function,
      long first,
      long second,
      int third,
      int fourth,
      int fifth,
      long sixth)
      throws MachineCodeException {
    StructLayout layout = Linker.Option.captureStateLayout();
    MethodHandle handle =
        Linker.nativeLinker()
            .downcallHandle(function, SystemCall.FORM, Linker.Option.captureCallState(ERRNO));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(layout);
      long result = (long) handle.invokeExact(state, first, second, third, fourth, fifth, sixth);
      if ((int) result != FAILED) {
        return result;
      }
      int error =
          (int) layout.varHandle(MemoryLayout.PathElement.groupElement(ERRNO)).get(state, 0L);
      throw new MachineCodeException(
          "the system refuses executable memory (" + name + ": errno " + error + ")");
    } catch (MachineCodeException exception) {
      throw exception;
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
  }

  private static long aligned(int bytes) {
    return (bytes + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
  }

  /** How mmap is called, and mprotect with zeros for what it does not take. */
  private static final class SystemCall {
    static final FunctionDescriptor FORM =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG);

    static final MethodHandle CALL =
        Linker.nativeLinker().downcallHandle(FORM, Linker.Option.critical(false));

    private SystemCall() {}
  }
}
