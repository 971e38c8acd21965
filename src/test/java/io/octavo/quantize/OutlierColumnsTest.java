package io.octavo.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.error.CheckpointException;
import io.octavo.kernel.FetchAhead;
import io.octavo.kernel.KernelScratch;
import io.octavo.tensor.DType;
import io.octavo.tensor.SourceGuard;
import io.octavo.tensor.StoredMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Columns that outliers meet: what is added never depends on which were met before. */
class OutlierColumnsTest {
  private static final int ROWS = 70;
  private static final int COLUMNS = 9;
  private static final int PART = 64;

  private final float[] weights = weights();
  private final KernelScratch scratch = new KernelScratch();

  private static float[] weights() {
    Random random = new Random(5);
    float[] weights = new float[ROWS * COLUMNS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    return weights;
  }

  private OutlierColumns columns(DType type, int kept) {
    return new OutlierColumns(
        StoredMatrix.of(weights, ROWS, COLUMNS), type, (long) kept * ROWS * type.bytes());
  }

  /** Both parts of a product, as two pieces of work have them. */
  private float[] met(OutlierColumns columns, int column, float value) {
    float[] y = new float[ROWS];
    Arrays.fill(y, 0.5f);
    columns.accumulate(column, value, y, 0, 0, PART, scratch);
    columns.accumulate(column, value, y, PART, PART, ROWS - PART, scratch);
    return y;
  }

  private float[] expected(int column, float value) {
    float[] y = new float[ROWS];
    for (int n = 0; n < ROWS; n++) {
      y[n] = Math.fma(value, weights[n * COLUMNS + column], 0.5f);
    }
    return y;
  }

  @Test
  void whatIsAddedDoesNotDependOnHowOftenAColumnWasMet() {
    OutlierColumns columns = columns(DType.F32, 2);
    Random random = new Random(8);
    for (int i = 0; i < 600; i++) {
      int column = random.nextInt(COLUMNS);
      float value = (float) random.nextGaussian();
      assertThat(met(columns, column, value)).containsExactly(expected(column, value));
    }
  }

  @Test
  void aColumnThatIsMetAgainAndAgainIsKept() {
    OutlierColumns columns = columns(DType.F32, 2);
    for (int i = 0; i < 15; i++) {
      met(columns, 4, 1f);
    }
    long readings = columns.readings();
    assertThat(readings).isEqualTo(30);
    for (int i = 0; i < 20; i++) {
      met(columns, 4, 1f);
    }
    assertThat(columns.readings()).isEqualTo(readings);
    met(columns, 5, 1f);
    assertThat(columns.readings()).isEqualTo(readings + 2);
  }

  @Test
  void aColumnInHalfPrecisionIsNarrowedWhole() {
    // Too large for half precision in one of its numbers, so none of them is narrowed.
    weights[(ROWS - 1) * COLUMNS + 3] = 1e6f;
    OutlierColumns columns = columns(DType.F16, 2);
    assertThat(met(columns, 3, 1.5f)).containsExactly(expected(3, 1.5f));
    assertThat(columns.readings()).isZero();
  }

  @Test
  void whatIsFetchedAheadIsWhereTheNumbersAre() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_FLOAT, weights);
      StoredMatrix matrix = StoredMatrix.byRows(data, DType.F32, ROWS, COLUMNS);
      OutlierColumns columns = new OutlierColumns(matrix, DType.F32, 1);
      FetchAhead fetched = new FetchAhead();
      assertThat(fetched.isEmpty()).isTrue();
      columns.fetchAhead(new int[] {2, 7, 8}, 3, 5, fetched);
      for (int output = 0; output < 3; output++) {
        long first = ((5L + output) * COLUMNS + 2) * Float.BYTES;
        assertThat(fetched.address(output)).isEqualTo(data.address() + first);
        assertThat(data.get(ValueLayout.JAVA_FLOAT, first + fetched.distance()))
            .isEqualTo(weights[(5 + output) * COLUMNS + 7]);
      }
      fetched.clear();
      assertThat(fetched.isEmpty()).isTrue();
      columns(DType.F32, 1).fetchAhead(new int[] {2}, 1, 5, fetched);
      assertThat(fetched.isEmpty()).as("of an array").isTrue();
    }
  }

  @Test
  void aChangeIsNoticedBehindReadingAndNotWithoutIt() {
    SourceGuard changed =
        new SourceGuard() {
          @Override
          public void check() {
            throw new CheckpointException("file", "", "was changed");
          }

          @Override
          public CheckpointException fault(InternalError error) {
            throw error;
          }
        };
    OutlierColumns columns =
        new OutlierColumns(
            StoredMatrix.of(weights, ROWS, COLUMNS).guardedBy(changed), DType.F32, 1);
    long before = columns.readings();
    columns.checkReadings(before);
    met(columns, 1, 1f);
    assertThatThrownBy(() -> columns.checkReadings(before))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("was changed");
    columns.checkReadings(columns.readings());
  }
}
