package io.octavo.kernel.vector;

import io.octavo.kernel.CodeLayout;
import io.octavo.kernel.KernelScratch;
import io.octavo.kernel.MatrixProductKernel;
import io.octavo.kernel.PanelMatrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The matrix products: for up to three rows straight from memory ({@link RowProduct}, {@link
 * CodeRowProduct}), for more by widening a block of a panel to floats that stay in the cache, and
 * the register tile of {@link FmaTile} over all rows.
 */
public final class VectorMatrixProduct implements MatrixProductKernel {
  private static final VectorSpecies<Float> F = VectorWidth.FLOATS;
  private static final VectorSpecies<Integer> I = VectorWidth.INTS;
  private static final int L = F.length();
  private static final int WIDTH = PanelMatrix.WIDTH;
  private static final int BLOCK = PanelMatrix.BLOCK;

  /** Up to so many rows, widening a block for all costs more than converting it for each. */
  private static final int MAX_DIRECT_ROWS = 3;

  /** Up to so many inputs, a sum of products of codes is at most 2^24: exact in a float. */
  private static final int MAX_FLOAT_INPUTS = 1024;

  /** Creates the kernel; it has no state. */
  public VectorMatrixProduct() {}

  @Override
  public CodeLayout codeLayout() {
    return CodeLayout.PORTABLE;
  }

  @Override
  public void multiply(
      float[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      int column = yOffset + (panel - firstPanel) * WIDTH;
      int width = weights.width(panel);
      boolean inPlace = weights.inputs() <= BLOCK && width == WIDTH;
      float[] sums = inPlace ? y : scratch.sums(2 * rows * WIDTH);
      int offset = inPlace ? column : 0;
      int stride = inPlace ? yStride : WIDTH;
      sumBlocks(x, xOffset, rows, weights, panel, sums, offset, stride, scratch);
      for (int row = 0; row < rows; row++) {
        int from = offset + row * stride;
        int target = column + row * yStride;
        if (bias != null) {
          add(sums, from, bias, panel * WIDTH, y, target, width);
        } else if (!inPlace) {
          System.arraycopy(sums, from, y, target, width);
        }
      }
    }
  }

  /** Sums of whole panels; where there are several blocks, with room behind {@code rows} rows. */
  private static void sumBlocks(
      float[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int panel,
      float[] sums,
      int offset,
      int stride,
      KernelScratch scratch) {
    int inputs = weights.inputs();
    boolean direct =
        rows <= MAX_DIRECT_ROWS
            && weights.layout() == CodeLayout.PORTABLE
            && RowProduct.serves(weights.type());
    float[] block = scratch.panel(direct ? 0 : BLOCK * WIDTH);
    // A matrix without inputs has a single block, of none.
    for (int from = 0; from == 0 || from < inputs; from += BLOCK) {
      int depth = Math.min(BLOCK, inputs - from);
      int target = from == 0 ? offset : offset + rows * stride;
      if (direct) {
        for (int row = 0; row < rows; row++) {
          int first = xOffset + row * inputs + from;
          RowProduct.multiply(x, first, weights, panel, from, depth, sums, target + row * stride);
        }
      } else {
        Widening.panel(weights, panel, from, depth, block);
        FmaTile.multiply(
            x, xOffset + from, inputs, rows, block, 0, depth, WIDTH, sums, target, stride);
      }
      if (from > 0) {
        add(sums, target, sums, offset, sums, offset, rows * stride);
      }
    }
  }

  @Override
  public void multiplyCodes(
      byte[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      int[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    float[] codes = widen(x, xOffset, rows, weights, scratch);
    multiplyCodes(codes, rows, weights, firstPanel, lastPanel, y, yOffset, yStride, scratch);
  }

  private static float[] widen(
      byte[] x, int xOffset, int rows, PanelMatrix weights, KernelScratch scratch) {
    if (weights.layout() != CodeLayout.PORTABLE) {
      throw new IllegalArgumentException("Weights in the layout " + weights.layout());
    }
    int count = rows * weights.inputs();
    float[] codes = scratch.wide(count);
    Widening.activations(x, xOffset, count, codes);
    return codes;
  }

  private static void multiplyCodes(
      float[] x,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      int[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    int inputs = weights.inputs();
    boolean direct = rows <= MAX_DIRECT_ROWS && CodeRowProduct.serves(x, 0, rows * inputs);
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      int column = yOffset + (panel - firstPanel) * WIDTH;
      if (direct) {
        for (int row = 0; row < rows; row++) {
          CodeRowProduct.multiply(x, row * inputs, weights, panel, y, column + row * yStride);
        }
      } else {
        sumCodes(x, rows, weights, panel, y, column, yStride, scratch);
      }
    }
  }

  private static void sumCodes(
      float[] x,
      int rows,
      PanelMatrix weights,
      int panel,
      int[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    int inputs = weights.inputs();
    float[] block = scratch.panel(BLOCK * WIDTH);
    float[] sums = scratch.sums(rows * WIDTH);
    for (int from = 0; from == 0 || from < inputs; from += BLOCK) {
      int depth = Math.min(BLOCK, inputs - from);
      Widening.panel(weights, panel, from, depth, block);
      FmaTile.multiply(x, from, inputs, rows, block, 0, depth, WIDTH, sums, 0, WIDTH);
      for (int row = 0; row < rows; row++) {
        addExact(sums, row * WIDTH, y, yOffset + row * yStride, from > 0);
      }
    }
  }

  @Override
  public void multiplyDequantized(
      byte[] x,
      int xOffset,
      int rows,
      PanelMatrix weights,
      int firstPanel,
      int lastPanel,
      float[] rowSteps,
      int firstRow,
      float[] steps,
      float @Nullable [] bias,
      float[] y,
      int yOffset,
      int yStride,
      KernelScratch scratch) {
    float[] codes = widen(x, xOffset, rows, weights, scratch);
    boolean floats = rows > MAX_DIRECT_ROWS && weights.inputs() <= MAX_FLOAT_INPUTS;
    float[] sums = scratch.sums(floats ? 2 * rows * WIDTH : 0);
    int[] products = scratch.accumulators(floats ? 0 : rows * WIDTH);
    for (int panel = firstPanel; panel < lastPanel; panel++) {
      if (floats) {
        sumBlocks(codes, 0, rows, weights, panel, sums, 0, WIDTH, scratch);
      } else {
        multiplyCodes(codes, rows, weights, panel, panel + 1, products, 0, WIDTH, scratch);
      }
      int first = panel * WIDTH;
      int count = weights.width(panel);
      int column = yOffset + (panel - firstPanel) * WIDTH;
      for (int row = 0; row < rows; row++) {
        float step = rowSteps[firstRow + row];
        int from = row * WIDTH;
        int target = column + row * yStride;
        if (floats) {
          scale(sums, from, step, steps, bias, first, y, target, count);
        } else {
          dequantize(products, from, step, steps, bias, first, y, target, count);
        }
      }
    }
  }

  private static void scale(
      float[] products,
      int offset,
      float step,
      float[] steps,
      float @Nullable [] bias,
      int first,
      float[] y,
      int yOffset,
      int count) {
    int n = 0;
    for (; n <= count - L; n += L) {
      FloatVector value =
          FloatVector.fromArray(F, products, offset + n)
              .mul(step)
              .mul(FloatVector.fromArray(F, steps, first + n));
      if (bias != null) {
        value = value.add(FloatVector.fromArray(F, bias, first + n));
      }
      value.intoArray(y, yOffset + n);
    }
    for (; n < count; n++) {
      float value = products[offset + n] * step * steps[first + n];
      y[yOffset + n] = bias == null ? value : value + bias[first + n];
    }
  }

  private static void dequantize(
      int[] products,
      int offset,
      float step,
      float[] steps,
      float @Nullable [] bias,
      int first,
      float[] y,
      int yOffset,
      int count) {
    int n = 0;
    for (; n <= count - L; n += L) {
      FloatVector value =
          ((FloatVector)
                  IntVector.fromArray(I, products, offset + n)
                      .convertShape(VectorOperators.I2F, F, 0))
              .mul(step)
              .mul(FloatVector.fromArray(F, steps, first + n));
      if (bias != null) {
        value = value.add(FloatVector.fromArray(F, bias, first + n));
      }
      value.intoArray(y, yOffset + n);
    }
    for (; n < count; n++) {
      float value = products[offset + n] * step * steps[first + n];
      y[yOffset + n] = bias == null ? value : value + bias[first + n];
    }
  }

  private static void add(
      float[] a, int aOffset, float[] b, int bOffset, float[] y, int yOffset, int count) {
    int n = 0;
    for (; n <= count - L; n += L) {
      FloatVector.fromArray(F, a, aOffset + n)
          .add(FloatVector.fromArray(F, b, bOffset + n))
          .intoArray(y, yOffset + n);
    }
    for (; n < count; n++) {
      y[yOffset + n] = a[aOffset + n] + b[bOffset + n];
    }
  }

  /** {@code y = y + sums}, or {@code y = sums} where nothing was {@code begun}. */
  private static void addExact(float[] sums, int offset, int[] y, int yOffset, boolean begun) {
    for (int n = 0; n < WIDTH; n += L) {
      IntVector sum =
          (IntVector)
              FloatVector.fromArray(F, sums, offset + n).convertShape(VectorOperators.F2I, I, 0);
      (begun ? IntVector.fromArray(I, y, yOffset + n).add(sum) : sum).intoArray(y, yOffset + n);
    }
  }
}
