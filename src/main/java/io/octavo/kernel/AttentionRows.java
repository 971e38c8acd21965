package io.octavo.kernel;

/**
 * Rows of queries of one head each: where they stand, and the sum of exponentials that each has
 * accumulated. Grows to what it is asked for and is kept; used by one worker at a time.
 */
public final class AttentionRows {
  private int[] positions = new int[0];
  private float[] slopes = new float[0];
  private final ExtendedSums sums = new ExtendedSums();
  private boolean sloped;

  /** No rows. */
  public AttentionRows() {}

  /** Makes room for {@code rows} rows that have accumulated nothing. */
  public void begin(int rows) {
    if (positions.length < rows) {
      positions = new int[rows];
      slopes = new float[rows];
    }
    sloped = false;
    sums.begin(rows);
  }

  /**
   * Puts a row in its place.
   *
   * @param position of its query in the sequence
   * @param slope what is added to a score for each key of distance (ALiBi); 0 adds nothing
   */
  public void place(int row, int position, float slope) {
    positions[row] = position;
    slopes[row] = slope;
    sloped |= slope != 0f;
  }

  /** Position of a row's query. */
  public int position(int row) {
    return positions[row];
  }

  /** What is added to a row's score for each key of distance. */
  public float slope(int row) {
    return slopes[row];
  }

  /** Whether any row has a slope. */
  boolean sloped() {
    return sloped;
  }

  /** What the rows have accumulated. */
  ExtendedSums sums() {
    return sums;
  }

  /** The sum of the exponentials of a row, whose exponent is kept beside it. */
  public float mantissa(int row) {
    return sums.mantissas()[row];
  }

  /** The exponent of a row's sum; minus infinity for the sum of nothing. */
  public float exponent(int row) {
    return sums.exponents()[row];
  }

  /** Replaces a row's sum. */
  public void accumulated(int row, float mantissa, float exponent) {
    sums.mantissas()[row] = mantissa;
    sums.exponents()[row] = exponent;
  }
}
