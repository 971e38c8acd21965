package io.octavo.kernel;

import io.octavo.error.InvalidInputException;
import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A matrix of weights {@code [outputs, inputs]} packed for the matrix products: panels of {@link
 * #WIDTH} outputs, and in a panel the outputs of each input next to each other, {@code
 * [panel][input][WIDTH]}. So a product runs over the inputs in order, with its lanes on the
 * outputs. The last panel is filled up with zeros. Codes may lie in another {@link CodeLayout}.
 *
 * @param type how one number is stored; {@link DType#I8} holds codes
 * @param outputs output features
 * @param inputs input features
 * @param layout how the numbers of a panel lie; portable for all but codes
 * @param data the panels, in off-heap memory
 */
public record PanelMatrix(
    DType type, int outputs, int inputs, CodeLayout layout, MemorySegment data) {
  /** Outputs in a panel. */
  public static final int WIDTH = 64;

  /**
   * Inputs in a block: a product adds up blocks of this many inputs, each summed in order from
   * zero. Sums of products of int8 codes stay below 2^24 within a block, so floats hold them
   * exactly.
   */
  public static final int BLOCK = 512;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;

  /** An all-zero matrix, in the portable layout. */
  public static PanelMatrix allocate(DType type, int outputs, int inputs, NativeMemory memory) {
    return allocate(type, outputs, inputs, CodeLayout.PORTABLE, memory);
  }

  /** An all-zero matrix of codes. */
  public static PanelMatrix allocateCodes(
      int outputs, int inputs, CodeLayout layout, NativeMemory memory) {
    return allocate(DType.I8, outputs, inputs, layout, memory);
  }

  private static PanelMatrix allocate(
      DType type, int outputs, int inputs, CodeLayout layout, NativeMemory memory) {
    long bytes = panels(outputs) * panelBytes(type, inputs, layout);
    return new PanelMatrix(type, outputs, inputs, layout, memory.allocate(Math.max(1, bytes)));
  }

  private static long panelBytes(DType type, int inputs, CodeLayout layout) {
    long numbers = (long) layout.groups(inputs) * layout.group() * WIDTH;
    return numbers * type.bytes() + (layout.hasStarts() ? (long) WIDTH * Integer.BYTES : 0);
  }

  /** Panels for that many outputs. */
  public static int panels(int outputs) {
    return (outputs + WIDTH - 1) / WIDTH;
  }

  /** Number of panels. */
  public int panels() {
    return panels(outputs);
  }

  /** Outputs in {@code panel}: {@link #WIDTH}, or fewer in the last. */
  public int width(int panel) {
    return Math.min(WIDTH, outputs - panel * WIDTH);
  }

  /** Bytes from panel to panel. */
  public long panelBytes() {
    return panelBytes(type, inputs, layout);
  }

  /**
   * Index of the number of output {@code panel * WIDTH} and input {@code input}, in the portable
   * layout.
   */
  public long index(int panel, int input) {
    return ((long) panel * inputs + input) * WIDTH;
  }

  /** Offset of a code in the data, in its layout. */
  public long codeOffset(int output, int input) {
    int group = layout.group();
    return output / WIDTH * panelBytes()
        + ((long) (input / group) * WIDTH + output % WIDTH) * group
        + input % group;
  }

  /**
   * Stores a panel from {@code values[input * WIDTH + output]}, rounding to nearest even.
   *
   * @throws InvalidInputException if a value is not finite, or not in the type's range
   */
  public void store(int panel, float[] values) {
    long first = index(panel, 0);
    int count = inputs * WIDTH;
    requireFinite(panel, values, count);
    switch (type) {
      case F32 -> MemorySegment.copy(values, 0, data, FLOAT, first * Float.BYTES, count);
      case F16 -> {
        short[] halves = new short[count];
        for (int i = 0; i < count; i++) {
          halves[i] = Float.floatToFloat16(values[i]);
        }
        MemorySegment.copy(halves, 0, data, SHORT, first * Short.BYTES, count);
      }
      case BF16 -> {
        short[] halves = new short[count];
        for (int i = 0; i < count; i++) {
          halves[i] = BFloat16.fromFloat(values[i]);
        }
        MemorySegment.copy(halves, 0, data, SHORT, first * Short.BYTES, count);
      }
      case I8 -> throw new IllegalArgumentException("Codes are stored by storeCodes");
    }
  }

  private void requireFinite(int panel, float[] values, int count) {
    float limit = type == DType.F16 ? DType.HALF_OVERFLOW : Float.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      if (!(Math.abs(values[i]) < limit)) {
        throw new InvalidInputException(
            "Weight "
                + values[i]
                + " of output "
                + (panel * WIDTH + i % WIDTH)
                + " cannot be stored in "
                + type);
      }
    }
  }

  /** Stores a panel of codes from {@code codes[input * WIDTH + output]}. */
  public void storeCodes(int panel, byte[] codes) {
    long begin = panel * panelBytes();
    int group = layout.group();
    if (group == 1) {
      MemorySegment.copy(codes, 0, data, ValueLayout.JAVA_BYTE, begin, inputs * WIDTH);
      return;
    }
    byte[] grouped = new byte[layout.groups(inputs) * group * WIDTH];
    int[] starts = new int[WIDTH];
    for (int input = 0; input < inputs; input++) {
      int at = input / group * group * WIDTH + input % group;
      putCodes(codes, input * WIDTH, grouped, at, group, starts);
    }
    MemorySegment.copy(grouped, 0, data, ValueLayout.JAVA_BYTE, begin, grouped.length);
    long behind = begin + grouped.length;
    MemorySegment.copy(starts, 0, data, ValueLayout.JAVA_INT, behind, WIDTH);
  }

  private static void putCodes(
      byte[] codes, int from, byte[] grouped, int to, int group, int[] starts) {
    for (int n = 0; n < WIDTH; n++) {
      byte code = codes[from + n];
      grouped[to + n * group] = code;
      starts[n] -= MatrixProductKernel.CODE_BIAS * code;
    }
  }

  /** The code of one output and input. */
  public byte code(int output, int input) {
    return data.get(ValueLayout.JAVA_BYTE, codeOffset(output, input));
  }

  /** Reads the inputs of one output as floats, an int8 matrix's codes; for files, not products. */
  public void readOutput(int output, float[] target) {
    for (int input = 0; input < inputs; input++) {
      long at = index(output / WIDTH, input) + output % WIDTH;
      target[input] =
          switch (type) {
            case F32 -> data.get(FLOAT, at * Float.BYTES);
            case F16 -> Float.float16ToFloat(data.get(SHORT, at * Short.BYTES));
            case BF16 -> BFloat16.toFloat(data.get(SHORT, at * Short.BYTES));
            case I8 -> code(output, input);
          };
    }
  }

  /**
   * Reads {@code depth} inputs of a panel from input {@code from} as floats, an int8 matrix's
   * codes, to {@code target[(input - from) * WIDTH + output]}.
   */
  public void read(int panel, int from, int depth, float[] target) {
    long first = index(panel, from);
    int count = depth * WIDTH;
    switch (type) {
      case F32 -> MemorySegment.copy(data, FLOAT, first * Float.BYTES, target, 0, count);
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = Float.float16ToFloat(data.get(SHORT, (first + i) * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = BFloat16.toFloat(data.get(SHORT, (first + i) * Short.BYTES));
        }
      }
      case I8 -> {
        for (int input = 0; input < depth; input++) {
          long at = codeOffset(panel * WIDTH, from + input);
          for (int n = 0; n < WIDTH; n++) {
            target[input * WIDTH + n] =
                data.get(ValueLayout.JAVA_BYTE, at + (long) n * layout.group());
          }
        }
      }
    }
  }
}
