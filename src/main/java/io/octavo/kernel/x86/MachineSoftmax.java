package io.octavo.kernel.x86;

import io.octavo.kernel.BlockedSoftmax;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * {@link io.octavo.kernel.SoftmaxKernel} in machine code with 512 bits, to the bit as {@link
 * io.octavo.kernel.ScalarSoftmax}.
 */
public final class MachineSoftmax extends BlockedSoftmax {
  /** Elements of a call, which may have to come from memory: some 50 microseconds' worth. */
  private static final int CALL_ELEMENTS = 1 << 17;

  private final List<MemorySegment> code;
  private final float[] constants = SoftmaxCode.constants();

  private MachineSoftmax(List<MemorySegment> code) {
    this.code = code;
  }

  /**
   * Writes the code and installs it, where {@link CpuFeatures#avx512()} says that it can run.
   *
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineSoftmax install() throws MachineCodeException {
    return new MachineSoftmax(ExecutableMemory.install(SoftmaxCode.code()));
  }

  @Override
  protected long sumExtended(float[] x, int offset, int count) {
    return sum(SoftmaxCode.SUM_EXTENDED, x, offset, count, 0f);
  }

  @Override
  protected float maximum(float[] x, int offset, int count) {
    float maximum = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i += CALL_ELEMENTS) {
      int size = Math.min(CALL_ELEMENTS, count - i);
      long bits = sum(SoftmaxCode.MAXIMUM, x, offset + i, size, 0f);
      float largest = Float.intBitsToFloat((int) bits);
      maximum = largest > maximum ? largest : maximum;
    }
    return maximum;
  }

  @Override
  protected float sumExponentials(float[] x, int offset, int count, float shift) {
    long bits = sum(SoftmaxCode.SUM, x, offset, count, shift);
    return Float.intBitsToFloat((int) bits);
  }

  @Override
  protected float storeExponentials(
      float[] x, int xOffset, int count, float shift, float[] y, int yOffset) {
    long bits = call(SoftmaxCode.STORE, x, xOffset, y, yOffset, count, shift, 0f, 0f);
    return Float.intBitsToFloat((int) bits);
  }

  @Override
  protected void scaleExponentials(
      float[] x,
      int xOffset,
      int length,
      float shift,
      float factor,
      float exponent,
      float[] y,
      int yOffset) {
    for (int i = 0; i < length; i += CALL_ELEMENTS) {
      int size = Math.min(CALL_ELEMENTS, length - i);
      call(
          SoftmaxCode.SCALE_EXPONENTIALS,
          x,
          xOffset + i,
          y,
          yOffset + i,
          size,
          shift,
          factor,
          exponent);
    }
  }

  @Override
  protected void scale(float[] y, int offset, int length, float smallest, float factor) {
    for (int i = 0; i < length; i += CALL_ELEMENTS) {
      int size = Math.min(CALL_ELEMENTS, length - i);
      call(SoftmaxCode.SCALE, y, offset + i, y, offset + i, size, smallest, factor, 0f);
    }
  }

  /** A sweep that writes nothing. */
  private long sum(int sweep, float[] x, int offset, int count, float shift) {
    Objects.checkFromIndexSize(offset, count, x.length);
    return call(sweep, x, offset, x, offset, count, shift, 0f, 0f);
  }

  private long call(
      int sweep,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int count,
      float first,
      float second,
      float third) {
    Objects.checkFromIndexSize(xOffset, count, x.length);
    Objects.checkFromIndexSize(yOffset, count, y.length);
    return NativeCall.floats(
        code.get(sweep),
        x,
        y,
        constants,
        constants,
        RowLoop.vectors(count),
        RowLoop.rest(count),
        (long) xOffset * Float.BYTES,
        (long) yOffset * Float.BYTES,
        NativeCall.bits(first),
        NativeCall.bits(second),
        NativeCall.bits(third),
        0L,
        0L,
        0L);
  }
}
