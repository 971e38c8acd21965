package io.octavo.kernel.x86;

import io.octavo.kernel.QuantizationKernel;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/** The quantization sweeps in machine code with 512 bits. */
public final class MachineQuantization implements QuantizationKernel {
  /** Elements of a call, some 20 microseconds' worth. */
  private static final int CALL_ELEMENTS = 1 << 17;

  private final MemorySegment scan;
  private final MemorySegment quantize;
  private final int[] constants = QuantizationCode.constants();
  private final QuantizationKernel others;

  private MachineQuantization(List<MemorySegment> code, QuantizationKernel others) {
    this.scan = code.get(0);
    this.quantize = code.get(1);
    this.others = others;
  }

  /**
   * Writes the code and installs it, where {@link CpuFeatures#avx512()} says that it can run.
   *
   * @param others scans rows that are longer than a call may take, and where everything is an
   *     outlier or less room is given than a row of outliers needs
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineQuantization install(QuantizationKernel others) throws MachineCodeException {
    return new MachineQuantization(ExecutableMemory.install(QuantizationCode.code()), others);
  }

  @Override
  public int scan(
      float[] x, int offset, int count, float threshold, int[] columns, float[] absmax, int row) {
    if (count > CALL_ELEMENTS
        || threshold <= 0
        || (columns.length < count && !Float.isNaN(threshold))) {
      return others.scan(x, offset, count, threshold, columns, absmax, row);
    }
    Objects.checkFromIndexSize(offset, count, x.length);
    Objects.checkIndex(row, absmax.length);
    try {
      return (int)
          (long)
              NativeCall.Handle.CALL.invokeExact(
                  scan,
                  MemorySegment.ofArray(x),
                  MemorySegment.ofArray(columns),
                  MemorySegment.ofArray(absmax),
                  MemorySegment.ofArray(constants),
                  MemorySegment.ofArray(constants),
                  MemorySegment.NULL,
                  RowLoop.vectors(count),
                  RowLoop.rest(count),
                  (long) offset * Float.BYTES,
                  (long) row * Float.BYTES,
                  NativeCall.bits(threshold),
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
      throw NativeCall.unexpected(thrown);
    }
  }

  @Override
  public void quantize(
      float[] x,
      int offset,
      int count,
      float scale,
      float threshold,
      byte[] codes,
      int codeOffset) {
    for (int i = 0; i < count; i += CALL_ELEMENTS) {
      int size = Math.min(CALL_ELEMENTS, count - i);
      quantizePart(x, offset + i, size, scale, threshold, codes, codeOffset + i);
    }
  }

  private void quantizePart(
      float[] x,
      int offset,
      int count,
      float scale,
      float threshold,
      byte[] codes,
      int codeOffset) {
    Objects.checkFromIndexSize(offset, count, x.length);
    Objects.checkFromIndexSize(codeOffset, count, codes.length);
    try {
      long unused =
          (long)
              NativeCall.Handle.CALL.invokeExact(
                  quantize,
                  MemorySegment.ofArray(x),
                  MemorySegment.ofArray(codes),
                  MemorySegment.ofArray(constants),
                  MemorySegment.ofArray(constants),
                  MemorySegment.ofArray(constants),
                  MemorySegment.NULL,
                  RowLoop.vectors(count),
                  RowLoop.rest(count),
                  (long) offset * Float.BYTES,
                  (long) codeOffset,
                  NativeCall.bits(scale),
                  NativeCall.bits(threshold),
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
      throw NativeCall.unexpected(thrown);
    }
  }
}
