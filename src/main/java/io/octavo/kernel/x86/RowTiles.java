package io.octavo.kernel.x86;

/**
 * Rows cut into tiles of as equal size as can be: first {@code larger} tiles of {@code rows + 1},
 * then {@code count - larger} of {@code rows}.
 *
 * @param count tiles
 * @param rows rows of a smaller tile
 * @param larger tiles with a row more
 */
record RowTiles(int count, int rows, int larger) {
  /**
   * The fewest tiles.
   *
   * @param rows at least 1
   * @param most rows of a tile
   */
  static RowTiles of(int rows, int most) {
    int count = (rows + most - 1) / most;
    return new RowTiles(count, rows / count, rows % count);
  }

  /** Rows of the larger tiles. */
  int split() {
    return larger * (rows + 1);
  }
}
