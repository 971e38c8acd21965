package io.octavo.kernel;

import io.octavo.error.InvalidInputException;
import io.octavo.tensor.BFloat16;
import io.octavo.tensor.DType;
import io.octavo.tensor.Halves;
import io.octavo.tensor.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

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

  /** Inputs that are turned to a panel's order together, few enough to stay in the first cache. */
  private static final int INPUT_BLOCK = 64;

  private static final int QUAD = 4;
  private static final int BIASES = 0x80808080;
  private static final int OCTET = 8;
  private static final long EVERY_OTHER = 0x00FF_00FF_00FF_00FFL;
  private static final VarHandle OCTETS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle QUADS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
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
   * Stores a panel, rounding to nearest even.
   *
   * @param rows the numbers, output by output, {@code rows[output * inputs + input]}, of as many
   *     outputs as the panel has
   * @throws InvalidInputException if a value is not finite, or not in the type's range
   */
  public void store(int panel, float[] rows) {
    requireFinite(panel, rows);
    float[] block = new float[INPUT_BLOCK * WIDTH];
    short[] halves = new short[type == DType.F32 ? 0 : block.length];
    for (int first = 0; first < inputs; first += INPUT_BLOCK) {
      int taken = Math.min(INPUT_BLOCK, inputs - first);
      int count = taken * WIDTH;
      for (int n = 0; n < width(panel); n++) {
        putColumn(rows, n * inputs + first, taken, block, n);
      }
      long at = index(panel, first) * type.bytes();
      if (type == DType.F32) {
        MemorySegment.copy(block, 0, data, FLOAT, at, count);
      } else {
        Halves.round(type, block, count, halves);
        MemorySegment.copy(halves, 0, data, SHORT, at, count);
      }
    }
  }

  private static void putColumn(float[] row, int from, int count, float[] block, int to) {
    for (int i = 0; i < count; i++) {
      block[i * WIDTH + to] = row[from + i];
    }
  }

  private void requireFinite(int panel, float[] rows) {
    for (int n = 0; n < width(panel); n++) {
      int beyond = StorableNumbers.firstBeyond(type, rows, n * inputs, inputs);
      if (beyond >= 0) {
        throw new InvalidInputException(
            "Weight "
                + rows[n * inputs + beyond]
                + " of output "
                + (panel * WIDTH + n)
                + " cannot be stored in "
                + type);
      }
    }
  }

  /**
   * Stores a panel of codes.
   *
   * @param rows the codes as {@link QuantizationKernel#quantize} writes them, with {@link
   *     MatrixProductKernel#CODE_BIAS} added, output by output, {@code rows[output * inputs +
   *     input]}, of as many outputs as the panel has
   */
  public void storeCodes(int panel, byte[] rows) {
    int group = layout.group();
    long begin = panel * panelBytes();
    byte[] block = new byte[INPUT_BLOCK * WIDTH];
    for (int first = 0; first < inputs; first += INPUT_BLOCK) {
      int taken = Math.min(INPUT_BLOCK, inputs - first);
      int whole = taken / QUAD * QUAD;
      if (whole < taken) {
        Arrays.fill(block, (byte) 0);
      }
      for (int n = 0; n < width(panel); n++) {
        int row = n * inputs + first;
        int done = 0;
        if (layout == CodeLayout.QUADS) {
          putQuads(rows, row, whole, block, n * QUAD);
          done = whole;
        }
        for (int i = done; i < taken; i++) {
          block[(i / group * WIDTH + n) * group + i % group] =
              (byte) (rows[row + i] - MatrixProductKernel.CODE_BIAS);
        }
      }
      int count = layout.groups(taken) * group * WIDTH;
      MemorySegment.copy(
          block, 0, data, ValueLayout.JAVA_BYTE, begin + (long) first * WIDTH, count);
    }
    if (layout.hasStarts()) {
      int[] starts = new int[WIDTH];
      for (int n = 0; n < width(panel); n++) {
        starts[n] = -MatrixProductKernel.CODE_BIAS * sum(rows, n * inputs, inputs);
      }
      long behind = begin + panelBytes() - (long) WIDTH * Integer.BYTES;
      MemorySegment.copy(starts, 0, data, ValueLayout.JAVA_INT, behind, WIDTH);
    }
  }

  /** Four codes at a time, whose bias is their highest bit. */
  private static void putQuads(byte[] rows, int from, int count, byte[] block, int to) {
    for (int i = 0; i < count; i += QUAD) {
      QUADS.set(block, i * WIDTH + to, (int) QUADS.get(rows, from + i) ^ BIASES);
    }
  }

  /** The sum of codes that are stored with {@link MatrixProductKernel#CODE_BIAS} added. */
  public static int sum(byte[] codes, int from, int count) {
    int sum = -MatrixProductKernel.CODE_BIAS * count;
    int i = 0;
    while (i <= count - OCTET) {
      // Sums of every other byte in 16 bits each, and as many as these hold.
      int end = Math.min(count - OCTET, i + 128 * OCTET);
      long even = 0;
      long odd = 0;
      for (; i <= end; i += OCTET) {
        long eight = (long) OCTETS.get(codes, from + i);
        even += eight & EVERY_OTHER;
        odd += eight >>> 8 & EVERY_OTHER;
      }
      sum += sumOfShorts(even) + sumOfShorts(odd);
    }
    for (; i < count; i++) {
      sum += Byte.toUnsignedInt(codes[from + i]);
    }
    return sum;
  }

  private static int sumOfShorts(long four) {
    long pairs = (four & 0xFFFF_0000_FFFFL) + (four >>> 16 & 0xFFFF_0000_FFFFL);
    return (int) (pairs + (pairs >>> 32));
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
      case F16, BF16 -> {
        short[] halves = new short[count];
        MemorySegment.copy(data, SHORT, first * Short.BYTES, halves, 0, count);
        Halves.widen(type, halves, count, target, 0);
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
