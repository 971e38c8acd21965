package io.octavo.model;

import io.octavo.quantize.RowPreparation;

/**
 * What a layer reads.
 *
 * @param rows {@code [tokens, inputs]}
 * @param preparation what makes them, just before they are read
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record LayerInput(float[] rows, RowPreparation preparation) {
  /** Rows that are there. */
  static LayerInput of(float[] rows) {
    return new LayerInput(rows, RowPreparation.NONE);
  }
}
