package io.octavo.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octavo.normalize.LayerNorm;
import io.octavo.normalize.Normalization;
import io.octavo.normalize.RmsNorm;
import io.octavo.parallel.Team;
import io.octavo.parallel.WorkerPool;
import io.octavo.quantize.Int8Scheme;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierScope;
import io.octavo.quantize.RowPreparation;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.StoredMatrix;
import io.octavo.testing.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A norm that a layer does to a few rows before it reads them gives the bits of a norm that was
 * done to all rows before the layer ran.
 */
@Tag("core")
class RowPreparationTest {
  private static final int OUTPUTS = 70;

  private final NativeMemory memory = new NativeMemory();
  private final Random random = new Random(31);
  private final WorkerPool pool = new WorkerPool(2);

  @AfterEach
  void free() {
    memory.close();
  }

  private List<Linear> layers(int inputs) {
    StoredMatrix weights =
        StoredMatrix.of(Rows.normal(random, OUTPUTS * inputs, 0.1), OUTPUTS, inputs);
    float[] bias = Rows.normal(random, OUTPUTS, 1);
    List<Linear> layers = new ArrayList<>();
    layers.add(FloatLinear.pack(weights, bias, DType.F32, memory, Team.alone()));
    for (OutlierScope scope : OutlierScope.values()) {
      for (Int8Scheme scheme : Int8Scheme.values()) {
        if (scope == OutlierScope.TOKEN || scheme == Int8Scheme.ABSMAX_VECTOR) {
          LlmInt8 options = LlmInt8.defaults().withScope(scope).withScheme(scheme);
          layers.add(Int8Linear.quantize(weights, bias, options, memory, Team.alone()));
        }
      }
    }
    // A threshold that many reach, of rows of which some have more than the limit.
    LlmInt8 many = LlmInt8.defaults().withThreshold(2.3f).withOutlierLimit(0.03f);
    layers.add(Int8Linear.quantize(weights, bias, many, memory, Team.alone()));
    return layers;
  }

  @Test
  void givesTheBitsOfANormOfAllRows() {
    for (int inputs : new int[] {33, 384, 1500, 5000}) {
      float[] gamma = Rows.normal(random, inputs, 1.5);
      float[] beta = Rows.normal(random, inputs, 0.3);
      List<Normalization> norms = List.of(LayerNorm.of(gamma, beta, 1e-5), RmsNorm.of(gamma, 1e-6));
      for (Linear layer : layers(inputs)) {
        for (int rows : new int[] {0, 1, 5, 16, 37}) {
          Normalization norm = norms.get(rows % norms.size());
          float[] x = Rows.normal(random, rows * inputs, 2);
          float[] normed = new float[x.length];
          norm.apply(x, 0, rows, normed, 0);
          float[] expected = layer.forward(normed, rows);
          for (int workers = 1; workers <= 2; workers++) {
            assertSame(layer, norm, x, rows, normed, expected, workers);
          }
        }
      }
    }
  }

  private void assertSame(
      Linear layer,
      Normalization norm,
      float[] x,
      int rows,
      float[] normed,
      float[] expected,
      int workers) {
    int inputs = layer.inputs();
    AtomicIntegerArray times = new AtomicIntegerArray(rows);
    float[] written = new float[x.length];
    // What the layer writes to holds the residual's change until all rows are prepared.
    float[] y = new float[rows * OUTPUTS];
    Arrays.fill(y, 1f);
    boolean[] early = new boolean[1];
    RowPreparation preparation =
        (first, count) -> {
          for (int row = first; row < first + count; row++) {
            times.incrementAndGet(row);
            early[0] |= y[row * OUTPUTS] != 1f;
          }
          norm.apply(x, first * inputs, count, written, first * inputs);
        };
    Workspace workspace = new Workspace(workers);
    try (Team team = workers == 1 ? Team.alone() : pool.enter(workers)) {
      workspace.use(team);
      layer.forward(preparation, written, rows, y, workspace);
    }
    assertThat(Arrays.equals(y, expected)).as("%d rows of %d", rows, inputs).isTrue();
    assertThat(Arrays.equals(written, normed)).isTrue();
    assertThat(early[0]).isFalse();
    for (int row = 0; row < rows; row++) {
      assertThat(times.get(row)).isEqualTo(1);
    }
  }

  @Test
  void oneAfterTheOther() {
    List<String> done = new ArrayList<>();
    RowPreparation first = (row, count) -> done.add("first " + row + " " + count);
    RowPreparation second = (row, count) -> done.add("second " + row + " " + count);
    first.andThen(second).prepareAll(RowPreparation.ROWS_PER_TASK + 2, Team.alone());
    assertThat(done).containsExactly("first 0 16", "second 0 16", "first 16 2", "second 16 2");
  }

  @Test
  void whatAPreparationThrowsComesThrough() {
    for (Linear layer : layers(33)) {
      Workspace workspace = new Workspace(1);
      workspace.use(Team.alone());
      RowPreparation fails =
          (first, count) -> {
            throw new IllegalStateException("on purpose");
          };
      assertThatThrownBy(
              () -> layer.forward(fails, new float[66], 2, new float[2 * OUTPUTS], workspace))
          .hasMessage("on purpose");
    }
  }
}
