package io.octavo.kernel.vector;

import io.octavo.kernel.PanelMatrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile of all matrix products: 5 rows times 4 vectors of a panel, summed over the
 * inputs in order by fused multiply-add; 4 rows times 2 vectors where there are few registers. C2
 * loads all operands of a turn of the loop first, so they and the accumulators have to fit the
 * registers: 20 and 9 do. A tile of 6 rows is as fast at its best, and half as fast where it ends
 * up with its sums on the stack. A vector of the panel crosses a cache line, since arrays begin 16
 * bytes into one, and so counts as two loads; 5 rows are what makes up for it where a processor has
 * two multiply-adds of 512 bits a cycle.
 *
 * <p>{@code sums[sumsOffset + row * sumsStride + n] = sum over k of x[xOffset + row * xStride + k]
 * * panel[panelOffset + k * WIDTH + n]}.
 */
final class FmaTile {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int ROWS = 4;
  private static final int MORE_ROWS = 5;

  /** AVX-512 and NEON have 32 vector registers, AVX2 has 16. */
  private static final boolean MANY_REGISTERS =
      VectorWidth.BITS == 512 || System.getProperty("os.arch").equals("aarch64");

  private FmaTile() {}

  /** Sums of {@code rows} rows and the first {@code width} outputs, rounded up to the tile. */
  static void multiply(
      float[] x,
      int xOffset,
      int xStride,
      int rows,
      float[] panel,
      int panelOffset,
      int depth,
      int width,
      float[] sums,
      int sumsOffset,
      int sumsStride) {
    int fives = MANY_REGISTERS && width % (4 * L) == 0 ? rowsByFive(rows) : 0;
    for (int row = 0; row < fives; row += MORE_ROWS) {
      int at = xOffset + row * xStride;
      for (int column = 0; column < width; column += 4 * L) {
        int target = sumsOffset + row * sumsStride + column;
        fiveByFour(x, at, xStride, panel, panelOffset + column, depth, sums, target, sumsStride);
      }
    }
    int whole = fives + (rows - fives & -ROWS);
    int even = depth & ~1;
    for (int row = fives; row < whole; row += ROWS) {
      int at = xOffset + row * xStride;
      int column = 0;
      for (; MANY_REGISTERS && column + 3 * L < width; column += 4 * L) {
        int target = sumsOffset + row * sumsStride + column;
        fourByFour(x, at, xStride, panel, panelOffset + column, even, sums, target, sumsStride);
      }
      for (; column < width; column += 2 * L) {
        int target = sumsOffset + row * sumsStride + column;
        fourByTwo(x, at, xStride, panel, panelOffset + column, even, sums, target, sumsStride);
      }
    }
    if (even < depth) {
      addLast(
          x,
          xOffset + even,
          xStride,
          fives,
          whole,
          panel,
          panelOffset + even * WIDTH,
          width,
          sums,
          sumsOffset,
          sumsStride);
    }
    FmaRemainder.multiply(
        x,
        xOffset,
        xStride,
        whole,
        rows,
        panel,
        panelOffset,
        depth,
        width,
        sums,
        sumsOffset,
        sumsStride);
  }

  /** How many of {@code rows} go in fives, such that the others go in fours where possible. */
  private static int rowsByFive(int rows) {
    int inFours = (MORE_ROWS - rows % MORE_ROWS) % MORE_ROWS * ROWS;
    return inFours <= rows ? rows - inFours : rows / MORE_ROWS * MORE_ROWS;
  }

  /** The last input, where their number is odd, for rows {@code [first, rows)}. */
  private static void addLast(
      float[] x,
      int x0,
      int xStride,
      int first,
      int rows,
      float[] panel,
      int last,
      int width,
      float[] sums,
      int sumsOffset,
      int sumsStride) {
    for (int row = first; row < rows; row++) {
      FloatVector a = FloatVector.broadcast(F, x[x0 + row * xStride]);
      for (int n = 0; n < width; n += L) {
        int target = sumsOffset + row * sumsStride + n;
        a.fma(FloatVector.fromArray(F, panel, last + n), FloatVector.fromArray(F, sums, target))
            .intoArray(sums, target);
      }
    }
  }

  private static void fiveByFour(
      float[] x,
      int x0,
      int xStride,
      float[] panel,
      int panelOffset,
      int depth,
      float[] sums,
      int target,
      int sumsStride) {
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    int x4 = x3 + xStride;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    FloatVector s40 = FloatVector.zero(F);
    FloatVector s41 = FloatVector.zero(F);
    FloatVector s42 = FloatVector.zero(F);
    FloatVector s43 = FloatVector.zero(F);
    for (int k = 0, p = panelOffset; k < depth; k++, p += WIDTH) {
      FloatVector w0 = FloatVector.fromArray(F, panel, p);
      FloatVector w1 = FloatVector.fromArray(F, panel, p + L);
      FloatVector w2 = FloatVector.fromArray(F, panel, p + 2 * L);
      FloatVector w3 = FloatVector.fromArray(F, panel, p + 3 * L);
      FloatVector a0 = FloatVector.broadcast(F, x[x0 + k]);
      s00 = a0.fma(w0, s00);
      s01 = a0.fma(w1, s01);
      s02 = a0.fma(w2, s02);
      s03 = a0.fma(w3, s03);
      FloatVector a1 = FloatVector.broadcast(F, x[x1 + k]);
      s10 = a1.fma(w0, s10);
      s11 = a1.fma(w1, s11);
      s12 = a1.fma(w2, s12);
      s13 = a1.fma(w3, s13);
      FloatVector a2 = FloatVector.broadcast(F, x[x2 + k]);
      s20 = a2.fma(w0, s20);
      s21 = a2.fma(w1, s21);
      s22 = a2.fma(w2, s22);
      s23 = a2.fma(w3, s23);
      FloatVector a3 = FloatVector.broadcast(F, x[x3 + k]);
      s30 = a3.fma(w0, s30);
      s31 = a3.fma(w1, s31);
      s32 = a3.fma(w2, s32);
      s33 = a3.fma(w3, s33);
      FloatVector a4 = FloatVector.broadcast(F, x[x4 + k]);
      s40 = a4.fma(w0, s40);
      s41 = a4.fma(w1, s41);
      s42 = a4.fma(w2, s42);
      s43 = a4.fma(w3, s43);
    }
    s00.intoArray(sums, target);
    s01.intoArray(sums, target + L);
    s02.intoArray(sums, target + 2 * L);
    s03.intoArray(sums, target + 3 * L);
    s10.intoArray(sums, target + sumsStride);
    s11.intoArray(sums, target + sumsStride + L);
    s12.intoArray(sums, target + sumsStride + 2 * L);
    s13.intoArray(sums, target + sumsStride + 3 * L);
    s20.intoArray(sums, target + 2 * sumsStride);
    s21.intoArray(sums, target + 2 * sumsStride + L);
    s22.intoArray(sums, target + 2 * sumsStride + 2 * L);
    s23.intoArray(sums, target + 2 * sumsStride + 3 * L);
    s30.intoArray(sums, target + 3 * sumsStride);
    s31.intoArray(sums, target + 3 * sumsStride + L);
    s32.intoArray(sums, target + 3 * sumsStride + 2 * L);
    s33.intoArray(sums, target + 3 * sumsStride + 3 * L);
    s40.intoArray(sums, target + 4 * sumsStride);
    s41.intoArray(sums, target + 4 * sumsStride + L);
    s42.intoArray(sums, target + 4 * sumsStride + 2 * L);
    s43.intoArray(sums, target + 4 * sumsStride + 3 * L);
  }

  private static void fourByFour(
      float[] x,
      int x0,
      int xStride,
      float[] panel,
      int panelOffset,
      int depth,
      float[] sums,
      int target,
      int sumsStride) {
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s22 = FloatVector.zero(F);
    FloatVector s23 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    FloatVector s32 = FloatVector.zero(F);
    FloatVector s33 = FloatVector.zero(F);
    for (int k = 0, p = panelOffset; k < depth; k += 2, p += 2 * WIDTH) {
      FloatVector w0 = FloatVector.fromArray(F, panel, p);
      FloatVector w1 = FloatVector.fromArray(F, panel, p + L);
      FloatVector w2 = FloatVector.fromArray(F, panel, p + 2 * L);
      FloatVector w3 = FloatVector.fromArray(F, panel, p + 3 * L);
      FloatVector a0 = FloatVector.broadcast(F, x[x0 + k]);
      s00 = a0.fma(w0, s00);
      s01 = a0.fma(w1, s01);
      s02 = a0.fma(w2, s02);
      s03 = a0.fma(w3, s03);
      FloatVector a1 = FloatVector.broadcast(F, x[x1 + k]);
      s10 = a1.fma(w0, s10);
      s11 = a1.fma(w1, s11);
      s12 = a1.fma(w2, s12);
      s13 = a1.fma(w3, s13);
      FloatVector a2 = FloatVector.broadcast(F, x[x2 + k]);
      s20 = a2.fma(w0, s20);
      s21 = a2.fma(w1, s21);
      s22 = a2.fma(w2, s22);
      s23 = a2.fma(w3, s23);
      FloatVector a3 = FloatVector.broadcast(F, x[x3 + k]);
      s30 = a3.fma(w0, s30);
      s31 = a3.fma(w1, s31);
      s32 = a3.fma(w2, s32);
      s33 = a3.fma(w3, s33);
      FloatVector v0 = FloatVector.fromArray(F, panel, p + WIDTH);
      FloatVector v1 = FloatVector.fromArray(F, panel, p + WIDTH + L);
      FloatVector v2 = FloatVector.fromArray(F, panel, p + WIDTH + 2 * L);
      FloatVector v3 = FloatVector.fromArray(F, panel, p + WIDTH + 3 * L);
      FloatVector b0 = FloatVector.broadcast(F, x[x0 + k + 1]);
      s00 = b0.fma(v0, s00);
      s01 = b0.fma(v1, s01);
      s02 = b0.fma(v2, s02);
      s03 = b0.fma(v3, s03);
      FloatVector b1 = FloatVector.broadcast(F, x[x1 + k + 1]);
      s10 = b1.fma(v0, s10);
      s11 = b1.fma(v1, s11);
      s12 = b1.fma(v2, s12);
      s13 = b1.fma(v3, s13);
      FloatVector b2 = FloatVector.broadcast(F, x[x2 + k + 1]);
      s20 = b2.fma(v0, s20);
      s21 = b2.fma(v1, s21);
      s22 = b2.fma(v2, s22);
      s23 = b2.fma(v3, s23);
      FloatVector b3 = FloatVector.broadcast(F, x[x3 + k + 1]);
      s30 = b3.fma(v0, s30);
      s31 = b3.fma(v1, s31);
      s32 = b3.fma(v2, s32);
      s33 = b3.fma(v3, s33);
    }
    s00.intoArray(sums, target);
    s01.intoArray(sums, target + L);
    s02.intoArray(sums, target + 2 * L);
    s03.intoArray(sums, target + 3 * L);
    s10.intoArray(sums, target + sumsStride);
    s11.intoArray(sums, target + sumsStride + L);
    s12.intoArray(sums, target + sumsStride + 2 * L);
    s13.intoArray(sums, target + sumsStride + 3 * L);
    s20.intoArray(sums, target + 2 * sumsStride);
    s21.intoArray(sums, target + 2 * sumsStride + L);
    s22.intoArray(sums, target + 2 * sumsStride + 2 * L);
    s23.intoArray(sums, target + 2 * sumsStride + 3 * L);
    s30.intoArray(sums, target + 3 * sumsStride);
    s31.intoArray(sums, target + 3 * sumsStride + L);
    s32.intoArray(sums, target + 3 * sumsStride + 2 * L);
    s33.intoArray(sums, target + 3 * sumsStride + 3 * L);
  }

  private static void fourByTwo(
      float[] x,
      int x0,
      int xStride,
      float[] panel,
      int panelOffset,
      int depth,
      float[] sums,
      int target,
      int sumsStride) {
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    FloatVector s30 = FloatVector.zero(F);
    FloatVector s31 = FloatVector.zero(F);
    for (int k = 0, p = panelOffset; k < depth; k += 2, p += 2 * WIDTH) {
      FloatVector w0 = FloatVector.fromArray(F, panel, p);
      FloatVector w1 = FloatVector.fromArray(F, panel, p + L);
      FloatVector a0 = FloatVector.broadcast(F, x[x0 + k]);
      s00 = a0.fma(w0, s00);
      s01 = a0.fma(w1, s01);
      FloatVector a1 = FloatVector.broadcast(F, x[x1 + k]);
      s10 = a1.fma(w0, s10);
      s11 = a1.fma(w1, s11);
      FloatVector a2 = FloatVector.broadcast(F, x[x2 + k]);
      s20 = a2.fma(w0, s20);
      s21 = a2.fma(w1, s21);
      FloatVector a3 = FloatVector.broadcast(F, x[x3 + k]);
      s30 = a3.fma(w0, s30);
      s31 = a3.fma(w1, s31);
      FloatVector v0 = FloatVector.fromArray(F, panel, p + WIDTH);
      FloatVector v1 = FloatVector.fromArray(F, panel, p + WIDTH + L);
      FloatVector b0 = FloatVector.broadcast(F, x[x0 + k + 1]);
      s00 = b0.fma(v0, s00);
      s01 = b0.fma(v1, s01);
      FloatVector b1 = FloatVector.broadcast(F, x[x1 + k + 1]);
      s10 = b1.fma(v0, s10);
      s11 = b1.fma(v1, s11);
      FloatVector b2 = FloatVector.broadcast(F, x[x2 + k + 1]);
      s20 = b2.fma(v0, s20);
      s21 = b2.fma(v1, s21);
      FloatVector b3 = FloatVector.broadcast(F, x[x3 + k + 1]);
      s30 = b3.fma(v0, s30);
      s31 = b3.fma(v1, s31);
    }
    s00.intoArray(sums, target);
    s01.intoArray(sums, target + L);
    s10.intoArray(sums, target + sumsStride);
    s11.intoArray(sums, target + sumsStride + L);
    s20.intoArray(sums, target + 2 * sumsStride);
    s21.intoArray(sums, target + 2 * sumsStride + L);
    s30.intoArray(sums, target + 3 * sumsStride);
    s31.intoArray(sums, target + 3 * sumsStride + L);
  }
}
