package io.octavo.kernel.x86;

/**
 * How rows are cut into tiles of as equal size as can be, as few as can be: first some tiles with a
 * row more, then the others. Numbers instead of an object, since there is one cut for each call.
 */
final class RowTiles {
  private RowTiles() {}

  /**
   * How many tiles there are.
   *
   * @param rows at least 1
   * @param most rows of a tile
   */
  static int count(int rows, int most) {
    return (rows + most - 1) / most;
  }

  /** How many tiles of a size there are, of the two sizes that come of {@link #smaller}. */
  static int ofSize(int size, int rows, int most) {
    int count = count(rows, most);
    int larger = rows % count;
    return size == rows / count ? count - larger : larger;
  }

  /** Rows of a smaller tile; the others have one more. */
  static int smaller(int rows, int most) {
    return rows / count(rows, most);
  }
}
