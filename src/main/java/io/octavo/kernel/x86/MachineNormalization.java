package io.octavo.kernel.x86;

import io.octavo.kernel.NormalizationKernel;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@link NormalizationKernel} in machine code with 512 bits, to the bit as {@link
 * io.octavo.kernel.ScalarNormalization}.
 */
public final class MachineNormalization implements NormalizationKernel {
  /** Elements of a call, which may have to come from memory: some 50 microseconds' worth. */
  private static final int CALL_ELEMENTS = 1 << 16;

  private final Map<TokenNorm, List<MemorySegment>> norms;
  private final List<MemorySegment> scales;
  private final List<MemorySegment> sums;
  private final NormalizationKernel others;

  private MachineNormalization(
      Map<TokenNorm, List<MemorySegment>> norms,
      List<MemorySegment> scales,
      List<MemorySegment> sums,
      NormalizationKernel others) {
    this.norms = norms;
    this.scales = scales;
    this.sums = sums;
    this.others = others;
  }

  /**
   * Writes the code and installs it, where {@link CpuFeatures#avx512()} says that it can run.
   *
   * @param others serves rows that are longer than a call may take
   * @throws MachineCodeException if the system refuses executable memory
   */
  public static MachineNormalization install(NormalizationKernel others)
      throws MachineCodeException {
    Map<TokenNorm, List<MemorySegment>> norms = new EnumMap<>(TokenNorm.class);
    for (TokenNorm norm : TokenNorm.values()) {
      norms.put(norm, ExecutableMemory.install(NormalizationCode.norms(norm)));
    }
    return new MachineNormalization(
        norms,
        ExecutableMemory.install(NormalizationCode.scales()),
        ExecutableMemory.install(NormalizationSums.code()),
        others);
  }

  @Override
  public void layerNorm(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    if (serves(width)) {
      MemorySegment code = code(TokenNorm.LAYER_NORM, gamma, beta);
      normalize(code, x, xOffset, rows, width, gamma, beta, width, epsilon, y, yOffset);
    } else {
      others.layerNorm(x, xOffset, rows, width, gamma, beta, epsilon, y, yOffset);
    }
  }

  @Override
  public void rmsNorm(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    if (serves(width)) {
      MemorySegment code = code(TokenNorm.RMS_NORM, gamma, beta);
      normalize(code, x, xOffset, rows, width, gamma, beta, width, epsilon, y, yOffset);
    } else {
      others.rmsNorm(x, xOffset, rows, width, gamma, beta, epsilon, y, yOffset);
    }
  }

  @Override
  public void rmsNormEpsilonOutside(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    if (serves(width)) {
      MemorySegment code = code(TokenNorm.RMS_NORM_EPSILON_OUTSIDE, gamma, beta);
      normalize(code, x, xOffset, rows, width, gamma, beta, width, epsilon, y, yOffset);
    } else {
      others.rmsNormEpsilonOutside(x, xOffset, rows, width, gamma, beta, epsilon, y, yOffset);
    }
  }

  @Override
  public void rmsNormRounded(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    if (serves(width)) {
      MemorySegment code = code(TokenNorm.RMS_NORM_ROUNDED, gamma, beta);
      normalize(code, x, xOffset, rows, width, gamma, beta, width, epsilon, y, yOffset);
    } else {
      others.rmsNormRounded(x, xOffset, rows, width, gamma, beta, epsilon, y, yOffset);
    }
  }

  @Override
  public void rmsNormRoundedTwice(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    if (serves(width)) {
      MemorySegment code = code(TokenNorm.RMS_NORM_ROUNDED_TWICE, gamma, beta);
      normalize(code, x, xOffset, rows, width, gamma, beta, width, epsilon, y, yOffset);
    } else {
      others.rmsNormRoundedTwice(x, xOffset, rows, width, gamma, beta, epsilon, y, yOffset);
    }
  }

  @Override
  public void groupedRmsNorm(
      float[] x,
      int xOffset,
      int rows,
      int groups,
      int groupWidth,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double epsilon,
      float[] y,
      int yOffset) {
    int width = groups * groupWidth;
    if (!serves(groupWidth) || !serves(width)) {
      NormalizationKernel.super.groupedRmsNorm(
          x, xOffset, rows, groups, groupWidth, gamma, beta, epsilon, y, yOffset);
      return;
    }
    check(x, xOffset, rows, width, gamma, beta, y, yOffset);
    MemorySegment code = code(TokenNorm.RMS_NORM, gamma, beta);
    for (int at = 0; at < rows * width; at += width) {
      call(
          code,
          x,
          xOffset + at,
          groups,
          groupWidth,
          gamma,
          beta,
          bytes(groupWidth),
          NativeCall.bits((double) groupWidth),
          NativeCall.bits(epsilon),
          y,
          yOffset + at);
    }
  }

  @Override
  public void compressedRmsNorm(
      float[] x, int xOffset, int rows, int width, double epsilon, float[] y, int yOffset) {
    if (serves(width)) {
      MemorySegment code = code(TokenNorm.COMPRESSED_RMS_NORM, null, null);
      normalize(code, x, xOffset, rows, width, null, null, width + 1.0, epsilon, y, yOffset);
    } else {
      others.compressedRmsNorm(x, xOffset, rows, width, epsilon, y, yOffset);
    }
  }

  /** Whether rows are neither too narrow for the code nor too wide for a call. */
  private static boolean serves(int width) {
    return width >= NormalizationCode.NARROWEST && width <= CALL_ELEMENTS;
  }

  @Override
  public double sumOfSquares(float[] x, int offset, int count, double center) {
    return count > CALL_ELEMENTS
        ? others.sumOfSquares(x, offset, count, center)
        : sum(sums.get(1), x, offset, count, center);
  }

  @Override
  public double sum(float[] x, int offset, int count) {
    return count > CALL_ELEMENTS
        ? others.sum(x, offset, count)
        : sum(sums.get(0), x, offset, count, 0);
  }

  private static double sum(MemorySegment code, float[] x, int offset, int count, double center) {
    Objects.checkFromIndexSize(offset, count, x.length);
    long bits =
        NativeCall.floats(
            code,
            x,
            x,
            x,
            x,
            RowLoop.vectors(count),
            RowLoop.rest(count),
            bytes(offset),
            NativeCall.bits(center),
            0L,
            0L,
            0L,
            0L,
            0L,
            0L);
    return Double.longBitsToDouble(bits);
  }

  @Override
  public void scale(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float scale,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      float[] y,
      int yOffset) {
    if (!serves(width)) {
      others.scale(x, xOffset, rows, width, scale, gamma, beta, y, yOffset);
      return;
    }
    MemorySegment code = scales.get(variant(gamma, beta));
    long number = NativeCall.bits(scale);
    run(code, x, xOffset, rows, width, gamma, beta, number, 0L, y, yOffset);
  }

  /** Divides by the root of what the sum of squares comes to divided by {@code count}. */
  private static void normalize(
      MemorySegment code,
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      double count,
      double epsilon,
      float[] y,
      int yOffset) {
    long number = NativeCall.bits(count);
    run(code, x, xOffset, rows, width, gamma, beta, number, NativeCall.bits(epsilon), y, yOffset);
  }

  /** Runs code over rows, as many in a call as it may take. */
  private static void run(
      MemorySegment code,
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      long number,
      long secondNumber,
      float[] y,
      int yOffset) {
    check(x, xOffset, rows, width, gamma, beta, y, yOffset);
    int most = CALL_ELEMENTS / width;
    for (int row = 0; row < rows; row += most) {
      call(
          code,
          x,
          xOffset + row * width,
          Math.min(most, rows - row),
          width,
          gamma,
          beta,
          0L,
          number,
          secondNumber,
          y,
          yOffset + row * width);
    }
  }

  /** Runs code over as many rows as a call may take, of which each has its scales and shifts. */
  private static void call(
      MemorySegment code,
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      long nextScales,
      long number,
      long secondNumber,
      float[] y,
      int yOffset) {
    NativeCall.floats(
        code,
        x,
        y,
        gamma == null ? x : gamma,
        beta == null ? x : beta,
        RowLoop.vectors(width) - 1,
        RowLoop.rest(width),
        bytes(xOffset),
        bytes(yOffset),
        rows,
        bytes(width),
        number,
        secondNumber,
        LineMasks.address(),
        nextScales);
  }

  private MemorySegment code(TokenNorm norm, float @Nullable [] gamma, float @Nullable [] beta) {
    return Objects.requireNonNull(norms.get(norm)).get(variant(gamma, beta));
  }

  /** Which of the pieces of code for a norm. */
  private static int variant(float @Nullable [] gamma, float @Nullable [] beta) {
    return (gamma == null ? 0 : 1) + (beta == null ? 0 : 2);
  }

  /** Refuses what is beyond an array. */
  private static void check(
      float[] x,
      int xOffset,
      int rows,
      int width,
      float @Nullable [] gamma,
      float @Nullable [] beta,
      float[] y,
      int yOffset) {
    int count = Math.multiplyExact(rows, width);
    Objects.checkFromIndexSize(xOffset, count, x.length);
    Objects.checkFromIndexSize(yOffset, count, y.length);
    if (gamma != null) {
      Objects.checkFromIndexSize(0, width, gamma.length);
    }
    if (beta != null) {
      Objects.checkFromIndexSize(0, width, beta.length);
    }
  }

  private static long bytes(int elements) {
    return (long) elements * Float.BYTES;
  }
}
