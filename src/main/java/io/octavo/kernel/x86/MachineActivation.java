package io.octavo.kernel.x86;

import io.octavo.kernel.Activation;
import io.octavo.kernel.ActivationKernel;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@link ActivationKernel} in machine code with 512 bits, to the bit as {@link
 * io.octavo.kernel.ScalarActivation}.
 */
public final class MachineActivation implements ActivationKernel {
  /** Elements of a call, some 30 microseconds' worth. */
  private static final int CALL_ELEMENTS = 1 << 16;

  private final Map<Activation, MemorySegment> functions = new EnumMap<>(Activation.class);
  private final Map<Activation, MemorySegment> gates = new EnumMap<>(Activation.class);
  private final float[] constants = ActivationCode.constants();

  private MachineActivation(List<MemorySegment> code) {
    List<Activation> activations = List.of(Activation.values());
    for (int i = 0; i < activations.size(); i++) {
      functions.put(activations.get(i), code.get(i));
      gates.put(activations.get(i), code.get(activations.size() + i));
    }
  }

  /**
   * Writes the code and installs it, where {@link CpuFeatures#avx512()} says that it can run.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineActivation install() throws MachineCodeException {
    return new MachineActivation(ExecutableMemory.install(ActivationCode.all()));
  }

  @Override
  public void apply(Activation activation, float[] x, int offset, int count) {
    MemorySegment code = Objects.requireNonNull(functions.get(activation));
    call(code, x, offset, x, offset, count);
  }

  @Override
  public void applyGated(
      Activation activation, float[] gate, int gateOffset, float[] up, int upOffset, int count) {
    MemorySegment code = Objects.requireNonNull(gates.get(activation));
    call(code, gate, gateOffset, up, upOffset, count);
  }

  private void call(
      MemorySegment code, float[] x, int xOffset, float[] factors, int factorOffset, int count) {
    Objects.checkFromIndexSize(xOffset, count, x.length);
    Objects.checkFromIndexSize(factorOffset, count, factors.length);
    for (int i = 0; i < count; i += CALL_ELEMENTS) {
      int size = Math.min(CALL_ELEMENTS, count - i);
      NativeCall.floats(
          code,
          x,
          factors,
          constants,
          constants,
          RowLoop.vectors(size),
          RowLoop.rest(size),
          (xOffset + i) * (long) Float.BYTES,
          (factorOffset + i) * (long) Float.BYTES,
          0L,
          0L,
          0L,
          0L,
          0L,
          0L);
    }
  }
}
