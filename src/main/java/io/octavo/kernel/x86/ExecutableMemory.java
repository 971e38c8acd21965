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
  private static final long FAILED = -1;

  /** A cache line. */
  private static final int ALIGNMENT = 64;

  /** Fills gaps: the breakpoint instruction, so that a stray jump ends where it began. */
  private static final byte BREAKPOINT = (byte) 0xCC;

  private static final String ERRNO = "errno";
  private static final StructLayout STATE = Linker.Option.captureStateLayout();

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
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment memory = map(size, state);
      memory.fill(BREAKPOINT);
      List<MemorySegment> begins = new ArrayList<>();
      long at = 0;
      for (MachineCode piece : pieces) {
        MemorySegment.copy(
            piece.bytes(), 0, memory, ValueLayout.JAVA_BYTE, at, piece.bytes().length);
        begins.add(memory.asSlice(at, piece.bytes().length));
        at += aligned(piece.bytes().length);
      }
      protect(memory, state);
      return begins;
    }
  }

  private static MemorySegment map(long size, MemorySegment state) throws MachineCodeException {
    MethodHandle mmap =
        function(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    MemorySegment memory;
    try {
      memory =
          (MemorySegment)
              mmap.invokeExact(
                  state, MemorySegment.NULL, size, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0L);
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
    if (memory.address() == FAILED) {
      throw refused("mmap", state);
    }
    // Not by the layout of what is returned: each size would have a handle spun of its own.
    return memory.reinterpret(size);
  }

  private static void protect(MemorySegment memory, MemorySegment state)
      throws MachineCodeException {
    MethodHandle mprotect =
        function(
            "mprotect",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    int status;
    try {
      status = (int) mprotect.invokeExact(state, memory, memory.byteSize(), READ | EXECUTE);
    } catch (Throwable thrown) {
      throw NativeCall.unexpected(thrown);
    }
    if (status != 0) {
      throw refused("mprotect", state);
    }
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor)
      throws MachineCodeException {
    Linker linker = Linker.nativeLinker();
    MemorySegment address =
        linker
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new MachineCodeException("this system has no function " + name));
    return linker.downcallHandle(address, descriptor, Linker.Option.captureCallState(ERRNO));
  }

  private static MachineCodeException refused(String function, MemorySegment state) {
    int error = (int) STATE.varHandle(MemoryLayout.PathElement.groupElement(ERRNO)).get(state, 0L);
    return new MachineCodeException(
        "the system refuses executable memory (" + function + ": errno " + error + ")");
  }

  private static long aligned(int bytes) {
    return (bytes + ALIGNMENT - 1L) / ALIGNMENT * ALIGNMENT;
  }
}
