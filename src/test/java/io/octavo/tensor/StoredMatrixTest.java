package io.octavo.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Both orders in memory and each type give the same numbers, whichever way they are read. */
class StoredMatrixTest {
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F16", "BF16"})
  void everyWayOfReadingGivesTheStoredNumbers(DType type) {
    check(type, 7, 5);
    check(type, 70, 1100);
    check(type, 1100, 70);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 40", "40, 1", "33, 65"})
  void shapesBesideTheBlocks(int rows, int columns) {
    check(DType.BF16, rows, columns);
  }

  private static void check(DType type, int rows, int columns) {
    ByteBuffer byRows = buffer(type, rows * columns);
    ByteBuffer byColumns = buffer(type, rows * columns);
    float[] expected = new float[rows * columns];
    Random random = new Random(rows);
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        int bits = random.nextInt(0x1000) + 0x3C00;
        put(type, byRows, r * columns + c, bits);
        put(type, byColumns, c * rows + r, bits);
        expected[r * columns + c] = value(type, bits);
      }
    }
    check(
        StoredMatrix.byRows(MemorySegment.ofBuffer(byRows), type, rows, columns),
        expected,
        columns);
    check(
        StoredMatrix.byColumns(MemorySegment.ofBuffer(byColumns), type, rows, columns),
        expected,
        columns);
  }

  private static void check(StoredMatrix matrix, float[] expected, int columns) {
    float[] read = new float[expected.length];
    matrix.readRows(0, matrix.rows(), read, 0);
    assertThat(read).containsExactly(expected);
    float[] some = new float[columns + 1];
    matrix.readRows(matrix.rows() - 1, 1, some, 1);
    assertThat(some[1]).isEqualTo(expected[expected.length - columns]);
    for (int r = 0; r < matrix.rows(); r++) {
      matrix.readRow(r, some, 0);
      for (int c = 0; c < columns; c++) {
        assertThat(some[c]).isEqualTo(expected[r * columns + c]);
      }
    }
    float[] column = new float[matrix.rows()];
    for (int c = 0; c < columns; c++) {
      matrix.readColumn(c, column, 0);
      for (int r = 0; r < matrix.rows(); r++) {
        assertThat(column[r]).isEqualTo(expected[r * columns + c]);
      }
    }
  }

  private static ByteBuffer buffer(DType type, int numbers) {
    return ByteBuffer.allocate(numbers * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void put(DType type, ByteBuffer buffer, int index, int bits) {
    if (type == DType.F32) {
      buffer.putInt(index * Float.BYTES, bits << Short.SIZE);
    } else {
      buffer.putShort(index * Short.BYTES, (short) bits);
    }
  }

  /** The numbers that the bits stand for; float32 has zeros below them. */
  private static float value(DType type, int bits) {
    return type == DType.F16
        ? Float.float16ToFloat((short) bits)
        : Float.intBitsToFloat(bits << Short.SIZE);
  }
}
