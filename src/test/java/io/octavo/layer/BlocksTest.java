package io.octavo.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.octavo.kernel.PanelMatrix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pieces of a product are the product, and are shared out evenly. */
@Tag("core")
class BlocksTest {
  private static final int[] ROWS = {0, 1, 3, 16, 128, 252, 253, 512, 1000};
  private static final int[] OUTPUTS = {1, 64, 65, 384, 1152, 1536, 32_000};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void everyRowMeetsEveryPanelOnce(int workers) {
    for (int rows : ROWS) {
      for (int outputs : OUTPUTS) {
        Blocks blocks = Blocks.of(rows, outputs, workers);
        int[][] met = new int[rows][PanelMatrix.panels(outputs)];
        for (int task = 0; task < blocks.tasks(); task++) {
          int first = blocks.firstRow(task);
          for (int row = first; row < first + blocks.rowCount(task); row++) {
            for (int panel = blocks.firstPanel(task); panel < blocks.lastPanel(task); panel++) {
              met[row][panel]++;
            }
          }
        }
        for (int[] row : met) {
          assertThat(row).as("%s", blocks).containsOnly(1);
        }
      }
    }
  }

  @Test
  void twoWorkersHaveTheSameNumberOfPieces() {
    for (int rows : new int[] {16, 128, 512}) {
      for (int outputs : new int[] {384, 1152, 1536}) {
        assertThat(Blocks.of(rows, outputs, 2).tasks() % 2).as(rows + "x" + outputs).isZero();
      }
    }
  }

  @Test
  void aRowMeetsWholeRunsOfPanels() {
    for (int outputs : new int[] {2048, 2560, 5632, 11_264, 32_000}) {
      assertThat(Blocks.of(1, outputs, 2).panelsPerTask() % 4).as("%s", outputs).isZero();
    }
  }
}
