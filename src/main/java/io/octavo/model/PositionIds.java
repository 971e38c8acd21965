package io.octavo.model;

/**
 * Which row of the position embeddings a token gets: its index in the sequence from {@code first}
 * on; where {@code padding} is a token's id, such tokens get the row of that number and are not
 * counted.
 *
 * @param first row of a sequence's first token
 * @param padding id of the padding token, or -1 where none is treated differently
 */
public record PositionIds(int first, int padding) {
  /** Rows from 0 on (BERT). */
  public static PositionIds fromZero() {
    return new PositionIds(0, -1);
  }

  /**
   * Rows behind the padding token's (RoBERTa; {@code create_position_ids_from_input_ids} of the
   * transformers library).
   */
  public static PositionIds behindPadding(int padding) {
    return new PositionIds(padding + 1, padding);
  }

  /** The row of each token of a batch. */
  int[] of(TokenBatch batch) {
    int[] ids = batch.ids();
    int[] rows = new int[ids.length];
    for (int sequence = 0; sequence < batch.sequences(); sequence++) {
      int next = first;
      for (int token = batch.starts()[sequence]; token < batch.starts()[sequence + 1]; token++) {
        rows[token] = ids[token] == padding ? padding : next++;
      }
    }
    return rows;
  }
}
