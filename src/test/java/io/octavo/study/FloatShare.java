package io.octavo.study;

import io.octavo.ModelReport;
import io.octavo.ModelReport.LayerOutliers;
import io.octavo.quantize.LlmInt8;
import io.octavo.quantize.OutlierCensus.Snapshot;
import io.octavo.quantize.OutlierScope;
import java.util.List;

/**
 * Counts the activations that met the weights in floating point. The census of a layer counts the
 * values that reach the threshold; in the scopes of a batch their whole columns leave, which shows
 * only from one batch to the next.
 */
final class FloatShare {
  private final LlmInt8 options;
  private long values;
  private long inFloat;

  FloatShare(LlmInt8 options) {
    this.options = options;
  }

  /** Adds what one batch did, from the reports before and after it. */
  void add(ModelReport before, ModelReport after) {
    List<LayerOutliers> layers = after.outliers();
    for (int i = 0; i < layers.size(); i++) {
      add(before.outliers().get(i).counts(), layers.get(i).counts());
    }
  }

  private void add(Snapshot before, Snapshot after) {
    int columns = after.byColumn().length;
    long rows = after.rows() - before.rows();
    long weightOnly = after.weightOnlyRows() - before.weightOnlyRows();
    values += rows * columns;
    if (options.scope() == OutlierScope.TOKEN) {
      // Of a weight-only token everything stays in floating point; what the census counted of it is
      // known by its lower bound only, so that many such tokens make this a bound from above.
      long passed = 1 + (long) Math.floor((double) options.outlierLimit() * columns);
      long counted = after.outliers() - before.outliers();
      inFloat += Math.min(rows * columns, counted + weightOnly * (columns - passed));
    } else if (weightOnly > 0) {
      inFloat += rows * columns;
    } else {
      for (int column = 0; column < columns; column++) {
        inFloat += after.byColumn()[column] > before.byColumn()[column] ? rows : 0;
      }
    }
  }

  double share() {
    return (double) inFloat / values;
  }
}
