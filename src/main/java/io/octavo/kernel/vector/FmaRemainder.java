package io.octavo.kernel.vector;

import io.octavo.kernel.PanelMatrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The rows that {@link FmaTile} leaves over, up to five, in tiles of three, two and one. */
final class FmaRemainder {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final boolean WIDE = L == 16;

  private FmaRemainder() {}

  /** As {@link FmaTile#multiply}, for rows {@code [first, rows)}. */
  static void multiply(
      float[] x,
      int xOffset,
      int xStride,
      int first,
      int rows,
      float[] panel,
      int panelOffset,
      int depth,
      int width,
      float[] sums,
      int sumsOffset,
      int sumsStride) {
    int row = first;
    for (; row + 3 <= rows; row += 3) {
      int at = xOffset + row * xStride;
      int column = 0;
      for (; WIDE && column + 3 * L < width; column += 4 * L) {
        int target = sumsOffset + row * sumsStride + column;
        threeByFour(x, at, xStride, panel, panelOffset + column, depth, sums, target, sumsStride);
      }
      for (; column < width; column += 2 * L) {
        int target = sumsOffset + row * sumsStride + column;
        threeByTwo(x, at, xStride, panel, panelOffset + column, depth, sums, target, sumsStride);
      }
    }
    for (; row + 2 <= rows; row += 2) {
      for (int column = 0; column < width; column += 4 * L) {
        int target = sumsOffset + row * sumsStride + column;
        int at = xOffset + row * xStride;
        twoByFour(x, at, xStride, panel, panelOffset + column, depth, sums, target, sumsStride);
      }
    }
    for (; row < rows; row++) {
      for (int column = 0; column < width; column += 4 * L) {
        int target = sumsOffset + row * sumsStride + column;
        oneByFour(x, xOffset + row * xStride, panel, panelOffset + column, depth, sums, target);
      }
    }
  }

  private static void threeByFour(
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
  }

  private static void threeByTwo(
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
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s20 = FloatVector.zero(F);
    FloatVector s21 = FloatVector.zero(F);
    for (int k = 0, p = panelOffset; k < depth; k++, p += WIDTH) {
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
    }
    s00.intoArray(sums, target);
    s01.intoArray(sums, target + L);
    s10.intoArray(sums, target + sumsStride);
    s11.intoArray(sums, target + sumsStride + L);
    s20.intoArray(sums, target + 2 * sumsStride);
    s21.intoArray(sums, target + 2 * sumsStride + L);
  }

  private static void twoByFour(
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
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
    FloatVector s10 = FloatVector.zero(F);
    FloatVector s11 = FloatVector.zero(F);
    FloatVector s12 = FloatVector.zero(F);
    FloatVector s13 = FloatVector.zero(F);
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
    }
    s00.intoArray(sums, target);
    s01.intoArray(sums, target + L);
    s02.intoArray(sums, target + 2 * L);
    s03.intoArray(sums, target + 3 * L);
    s10.intoArray(sums, target + sumsStride);
    s11.intoArray(sums, target + sumsStride + L);
    s12.intoArray(sums, target + sumsStride + 2 * L);
    s13.intoArray(sums, target + sumsStride + 3 * L);
  }

  private static void oneByFour(
      float[] x, int x0, float[] panel, int panelOffset, int depth, float[] sums, int target) {
    FloatVector s00 = FloatVector.zero(F);
    FloatVector s01 = FloatVector.zero(F);
    FloatVector s02 = FloatVector.zero(F);
    FloatVector s03 = FloatVector.zero(F);
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
    }
    s00.intoArray(sums, target);
    s01.intoArray(sums, target + L);
    s02.intoArray(sums, target + 2 * L);
    s03.intoArray(sums, target + 3 * L);
  }
}
