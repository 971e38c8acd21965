package io.octavo.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A part of a column is what the rows hold there, whatever a matrix is made of. */
class ColumnPartsTest {
  private static final int ROWS = 11;
  private static final int COLUMNS = 64;

  private static List<WeightMatrix> matrices() {
    Random random = new Random(3);
    byte[] bytes = new byte[ROWS * COLUMNS * Float.BYTES];
    random.nextBytes(bytes);
    float[] floats = new float[ROWS * COLUMNS];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) random.nextGaussian();
    }
    WeightMatrix plain = StoredMatrix.of(floats, ROWS, COLUMNS);
    WeightMatrix halves = StoredMatrix.byRows(half(bytes), DType.BF16, ROWS, COLUMNS);
    WeightMatrix blocks =
        BlockMatrix.of(
            MemorySegment.ofArray(new byte[ROWS * COLUMNS / 32 * 18]).copyFrom(first(bytes)),
            BlockFormat.Q4_0,
            ROWS,
            COLUMNS,
            SourceGuard.NONE);
    byte[] codes = new byte[ROWS * COLUMNS];
    float[] absmax = new float[ROWS];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) (random.nextInt(255) - 127);
    }
    Arrays.fill(absmax, 2f);
    return List.of(
        plain,
        halves,
        StoredMatrix.byRows(half(bytes), DType.F16, ROWS, COLUMNS),
        StoredMatrix.byColumns(half(bytes), DType.BF16, ROWS, COLUMNS),
        StoredMatrix.byColumns(MemorySegment.ofArray(floats), DType.F32, ROWS, COLUMNS),
        blocks,
        CodedMatrix.of(
            MemorySegment.ofArray(codes), absmax, COLUMNS, "file", "place", SourceGuard.NONE),
        OrderedMatrix.of(plain, row -> (row + 4) % ROWS),
        WeightMatrix.stack(List.of(plain, halves, blocks)));
  }

  private static MemorySegment half(byte[] bytes) {
    return MemorySegment.ofArray(bytes).asSlice(0, ROWS * COLUMNS * 2);
  }

  private static MemorySegment first(byte[] bytes) {
    return MemorySegment.ofArray(bytes).asSlice(0, ROWS * COLUMNS / 32 * 18);
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void partsAreThoseOfTheRows(WeightMatrix matrix) {
    int rows = matrix.rows();
    float[] all = new float[rows * COLUMNS];
    matrix.readRows(0, rows, all, 0);
    for (int column = 0; column < COLUMNS; column += 9) {
      for (int first = 0; first < rows; first += 2) {
        for (int count = 0; count <= rows - first; count += 3) {
          float[] part = new float[count + 2];
          Arrays.fill(part, -7f);
          matrix.readColumn(column, first, count, part, 1);
          assertThat(part[0]).isEqualTo(-7f);
          assertThat(part[count + 1]).isEqualTo(-7f);
          for (int r = 0; r < count; r++) {
            assertThat(Float.floatToRawIntBits(part[r + 1]))
                .as("column %d, row %d", column, first + r)
                .isEqualTo(Float.floatToRawIntBits(all[(first + r) * COLUMNS + column]));
          }
        }
      }
    }
  }
}
