package io.octavo.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Rows in another order, of floats and of codes. */
class OrderedMatrixTest {
  private static int next(int row) {
    return (row + 1) % 3;
  }

  private static float[] rows(WeightMatrix matrix) {
    float[] rows = new float[6];
    for (int row = 0; row < 3; row++) {
      matrix.readRow(row, rows, 2 * row);
    }
    return rows;
  }

  private static void check(WeightMatrix matrix, float... expected) {
    assertThat(rows(matrix)).containsExactly(expected);
    float[] column = new float[3];
    matrix.readColumn(1, column, 0);
    assertThat(column).containsExactly(expected[1], expected[3], expected[5]);
    float[] together = new float[6];
    matrix.readRows(0, 3, together, 0);
    assertThat(together).containsExactly(expected);
  }

  @Test
  void floats() {
    WeightMatrix stored = StoredMatrix.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    check(OrderedMatrix.of(stored, OrderedMatrixTest::next), 3, 4, 5, 6, 1, 2);
    check(
        OrderedMatrix.of(
            OrderedMatrix.of(stored, OrderedMatrixTest::next), OrderedMatrixTest::next),
        5,
        6,
        1,
        2,
        3,
        4);
  }

  @Test
  void codesStayCodes() {
    MemorySegment codes = MemorySegment.ofArray(new byte[] {127, 0, 0, 127, -127, 127});
    CodedMatrix coded =
        CodedMatrix.of(codes, new float[] {1, 2, 4}, 2, "file", "place", SourceGuard.NONE);
    WeightMatrix ordered = OrderedMatrix.of(coded, OrderedMatrixTest::next);
    assertThat(ordered).isInstanceOf(CodedMatrix.class);
    check(ordered, 0, 2, -4, 4, 1, 0);
    check(OrderedMatrix.of(ordered, OrderedMatrixTest::next), -4, 4, 1, 0, 0, 2);
    byte[] read = new byte[6];
    ((CodedMatrix) ordered).readCodes(0, 3, read, 0);
    assertThat(read).containsExactly(0, 127, -127, 127, 127, 0);
    assertThat(((CodedMatrix) ordered).absmax(0)).isEqualTo(2);
  }
}
