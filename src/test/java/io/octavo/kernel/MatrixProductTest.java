package io.octavo.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.InvalidInputException;
import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.testing.KernelSet;
import io.octavo.testing.MachineKernels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every implementation of the matrix products against the written order, spelled out here once
 * more, and against sums in double and in 64-bit integers; over shapes from nothing to past three
 * tiles.
 */
@Tag("core")
class MatrixProductTest {
  private static final int[] ROWS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 17, 19};
  private static final int[] INPUTS = {0, 1, 2, 15, 16, 17, 64, 511, 512, 513, 1025, 1537};
  private static final int[] OUTPUTS = {1, 15, 16, 17, 63, 64, 65, 127, 129, 193, 200};

  private final NativeMemory memory = new NativeMemory();
  private final KernelScratch scratch = new KernelScratch();
  private final Random random = new Random(42);

  private static List<MatrixProductKernel> kernels() {
    return Stream.concat(
            KernelSet.available().stream().map(KernelSet::matrixProduct),
            MachineKernels.matrixProducts().stream())
        .toList();
  }

  @AfterEach
  void free() {
    memory.close();
  }

  @Test
  void floatProductsFollowTheWrittenOrderToTheBit() {
    for (DType type : DType.values()) {
      for (int rows : ROWS) {
        int inputs = INPUTS[random.nextInt(INPUTS.length)];
        int outputs = OUTPUTS[random.nextInt(OUTPUTS.length)];
        checkFloat(type, rows, inputs, outputs);
      }
      for (int inputs : INPUTS) {
        checkFloat(type, 1 + random.nextInt(9), inputs, 1 + random.nextInt(140));
      }
      for (int outputs : OUTPUTS) {
        checkFloat(type, 1 + random.nextInt(9), random.nextInt(70), outputs);
      }
    }
  }

  private void checkFloat(DType type, int rows, int inputs, int outputs) {
    float[] w = floats(outputs * inputs);
    int xOffset = random.nextInt(5);
    float[] x = floats(xOffset + rows * inputs);
    int first = random.nextInt(PanelMatrix.panels(outputs));
    int firstOutput = first * PanelMatrix.WIDTH;
    int count = outputs - firstOutput;
    float[] bias = random.nextBoolean() ? floats(outputs) : null;
    for (MatrixProductKernel kernel : kernels()) {
      PanelMatrix packed = pack(type, w, outputs, inputs, kernel.codeLayout());
      int yOffset = 3;
      int stride = count + 2;
      float[] y = new float[yOffset + rows * stride];
      Arrays.fill(y, 77f);
      kernel.multiply(
          x, xOffset, rows, packed, first, packed.panels(), bias, y, yOffset, stride, scratch);
      for (int r = 0; r < rows; r++) {
        for (int n = 0; n < count; n++) {
          float[] row =
              Arrays.copyOfRange(w, (firstOutput + n) * inputs, (firstOutput + n + 1) * inputs);
          float written = 0f;
          double exact = 0;
          double magnitude = 0;
          for (int from = 0; from < inputs; from += 512) {
            float sum = 0f;
            for (int k = from; k < Math.min(inputs, from + 512); k++) {
              float a = x[xOffset + r * inputs + k];
              float b = stored(type, row[k]);
              sum = Math.fma(a, b, sum);
              exact += (double) a * b;
              magnitude += Math.abs((double) a * b);
            }
            written = from == 0 ? sum : written + sum;
          }
          if (bias != null) {
            written += bias[firstOutput + n];
            exact += bias[firstOutput + n];
            magnitude += Math.abs(bias[firstOutput + n]);
          }
          float actual = y[yOffset + r * stride + n];
          String shape = type + " " + rows + "x" + inputs + "x" + outputs + " " + kernel;
          assertThat(actual).as(shape).isEqualTo(written);
          assertThat(Math.abs(actual - exact)).as(shape).isLessThanOrEqualTo(1e-6 * magnitude);
        }
        for (int n = count; n < stride && yOffset + r * stride + n < y.length; n++) {
          assertThat(y[yOffset + r * stride + n]).as("outside").isEqualTo(77f);
        }
      }
    }
  }

  @Test
  void productsOfCodesAreExact() {
    for (int rows : ROWS) {
      checkCodes(randomCodes(rows, INPUTS[random.nextInt(INPUTS.length)]), rows, 200);
    }
    for (int inputs : INPUTS) {
      int rows = 1 + random.nextInt(13);
      checkCodes(randomCodes(rows, inputs), rows, 70);
    }
    for (int outputs : OUTPUTS) {
      int rows = 1 + random.nextInt(9);
      checkCodes(randomCodes(rows, random.nextInt(600)), rows, outputs);
    }
  }

  /** Few rows take several panels at a time, and several calls where they are large. */
  @Test
  void fewRowsTimesManyPanelsAreWhatTheyAreWithOne() {
    for (DType type : DType.values()) {
      for (int inputs : new int[] {3, 512, 700, 2_100}) {
        checkFloat(type, 1, inputs, 64 * (7 + random.nextInt(8)) + random.nextInt(64));
      }
    }
    for (int inputs : new int[] {3, 4, 700, 4_100, 9_000}) {
      for (int rows = 1; rows <= 3; rows++) {
        int outputs = 64 * (7 + random.nextInt(8)) + random.nextInt(64);
        checkCodes(randomCodes(rows, inputs), rows, outputs);
      }
    }
  }

  /** Where a sum in floats, or in 16 bits, would first lose a bit. */
  @Test
  void productsOfTheLargestCodesAreExact() {
    for (int rows : new int[] {1, 2, 3, 7}) {
      for (int inputs : new int[] {2, 1024, 1025, 4096}) {
        for (int code : new int[] {127, -127, -128}) {
          byte[] x = new byte[rows * inputs];
          Arrays.fill(x, (byte) code);
          checkCodes(x, rows, 65, inputs, (byte) -128);
          checkCodes(x, rows, 65, inputs, (byte) 127);
          x[x.length - 1] = -128;
          checkCodes(x, rows, 65, inputs, (byte) -128);
        }
      }
    }
  }

  private byte[] randomCodes(int rows, int inputs) {
    byte[] x = new byte[rows * inputs];
    random.nextBytes(x);
    return x;
  }

  private void checkCodes(byte[] x, int rows, int maxOutputs) {
    int inputs = rows == 0 ? 3 : x.length / rows;
    int outputs = 1 + random.nextInt(maxOutputs);
    byte[] w = new byte[outputs * inputs];
    random.nextBytes(w);
    checkCodes(x, rows, inputs, w);
  }

  private void checkCodes(byte[] x, int rows, int outputs, int inputs, byte code) {
    byte[] w = new byte[outputs * inputs];
    Arrays.fill(w, code);
    checkCodes(x, rows, inputs, w);
  }

  private void checkCodes(byte[] codes, int rows, int inputs, byte[] w) {
    int outputs = w.length / Math.max(1, inputs);
    int xOffset = random.nextInt(5);
    byte[] x = new byte[xOffset + codes.length];
    for (int i = 0; i < codes.length; i++) {
      x[xOffset + i] = (byte) (codes[i] + MatrixProductKernel.CODE_BIAS);
    }
    float[] rowSteps = floats(rows + 2);
    float[] steps = floats(outputs);
    float[] bias = random.nextBoolean() ? floats(outputs) : null;
    int panels = PanelMatrix.panels(outputs);
    for (MatrixProductKernel kernel : kernels()) {
      PanelMatrix packed = packCodes(w, outputs, inputs, kernel.codeLayout());
      int stride = panels * PanelMatrix.WIDTH;
      int[] y = new int[1 + rows * stride];
      Arrays.fill(y, 12345);
      kernel.multiplyCodes(x, xOffset, rows, packed, 0, panels, y, 1, stride, scratch);
      float[] values = new float[3 + rows * (outputs + 1)];
      kernel.multiplyDequantized(
          x,
          xOffset,
          rows,
          packed,
          0,
          panels,
          rowSteps,
          2,
          steps,
          bias,
          values,
          3,
          outputs + 1,
          scratch);
      for (int r = 0; r < rows; r++) {
        for (int n = 0; n < stride; n++) {
          long exact = 0;
          for (int k = 0; n < outputs && k < inputs; k++) {
            exact += (long) codes[r * inputs + k] * w[n * inputs + k];
          }
          String shape = rows + "x" + inputs + "x" + outputs + " " + kernel;
          assertThat((long) y[1 + r * stride + n]).as(shape).isEqualTo(exact);
          if (n < outputs) {
            float value = (float) exact * rowSteps[2 + r] * steps[n];
            assertThat(values[3 + r * (outputs + 1) + n])
                .as(shape)
                .isEqualTo(bias == null ? value : value + bias[n]);
          }
        }
        assertThat(values[3 + r * (outputs + 1) + outputs]).as("outside").isZero();
      }
    }
  }

  private static byte[] biased(byte[] codes) {
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (codes[i] + MatrixProductKernel.CODE_BIAS);
    }
    return codes;
  }

  private PanelMatrix packCodes(byte[] w, int outputs, int inputs, CodeLayout layout) {
    PanelMatrix packed = PanelMatrix.allocateCodes(outputs, inputs, layout, memory);
    for (int p = 0; p < packed.panels(); p++) {
      int first = p * PanelMatrix.WIDTH;
      packed.storeCodes(
          p, biased(Arrays.copyOfRange(w, first * inputs, (first + packed.width(p)) * inputs)));
    }
    return packed;
  }

  @Test
  void specialHalvesSurviveWidening() {
    float[] special = {
      0f, -0f, 0x1p-24f, -0x1p-24f, 0x1.ff8p-15f, 0x1p-14f, 65504f, -65504f, 1f, -1f / 3f
    };
    PanelMatrix packed = pack(DType.F16, special, special.length, 1, CodeLayout.PORTABLE);
    for (MatrixProductKernel kernel : kernels()) {
      float[] y = new float[special.length];
      kernel.multiply(new float[] {1f}, 0, 1, packed, 0, 1, null, y, 0, special.length, scratch);
      float[] many = new float[4 * special.length];
      kernel.multiply(
          new float[] {1f, 1f, 1f, 1f}, 0, 4, packed, 0, 1, null, many, 0, special.length, scratch);
      for (int n = 0; n < special.length; n++) {
        assertThat(many[3 * special.length + n]).isEqualTo(y[n]);
        assertThat(y[n]).isEqualTo(Float.valueOf(stored(DType.F16, special[n]) + 0f));
      }
    }
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() {
    for (DType type : new DType[] {DType.F32, DType.F16, DType.BF16}) {
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -65520f}) {
        if (bad != -65520f || type == DType.F16) {
          assertThatThrownBy(() -> pack(type, new float[] {1f, 2f, bad}, 3, 1, CodeLayout.PORTABLE))
              .isInstanceOf(InvalidInputException.class)
              .hasMessageContaining("output 2");
        }
      }
    }
    pack(DType.F16, new float[] {65519f}, 1, 1, CodeLayout.PORTABLE);
  }

  private PanelMatrix pack(DType type, float[] w, int outputs, int inputs, CodeLayout layout) {
    PanelMatrix packed =
        type == DType.I8
            ? PanelMatrix.allocateCodes(outputs, inputs, layout, memory)
            : PanelMatrix.allocate(type, outputs, inputs, memory);
    for (int p = 0; p < packed.panels(); p++) {
      int first = p * PanelMatrix.WIDTH;
      float[] panel = Arrays.copyOfRange(w, first * inputs, (first + packed.width(p)) * inputs);
      byte[] codes = new byte[panel.length];
      for (int i = 0; i < panel.length; i++) {
        codes[i] = (byte) stored(DType.I8, panel[i]);
      }
      if (type == DType.I8) {
        packed.storeCodes(p, biased(codes));
      } else {
        packed.store(p, panel);
      }
    }
    return packed;
  }

  private static float stored(DType type, float value) {
    return switch (type) {
      case F32 -> value;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> BFloat16.toFloat(BFloat16.fromFloat(value));
      case I8 -> (byte) (value * 60);
    };
  }

  private float[] floats(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
