package io.octavo.kernel;

/** Working memory of the kernels, one per worker; grows to what it is asked for and is kept. */
public final class KernelScratch {
  private float[] panel = new float[0];
  private float[] wide = new float[0];
  private float[] sums = new float[0];
  private float[] factors = new float[0];
  private float[] attended = new float[0];
  private final FetchAhead fetchAhead = new FetchAhead();
  private final ExtendedSums extendedSums = new ExtendedSums();
  private int[] accumulators = new int[0];
  private byte[] codes = new byte[0];

  /** Empty working memory. */
  public KernelScratch() {}

  /** A block of a panel widened to floats, or keys and values of an attention block. */
  public float[] panel(int size) {
    if (panel.length < size) {
      panel = new float[size];
    }
    return panel;
  }

  /** Weighted values of an attention block, or codes of rows as floats. */
  public float[] wide(int size) {
    if (wide.length < size) {
      wide = new float[size];
    }
    return wide;
  }

  /** Partial sums, or the scores of an attention block. */
  public float[] sums(int size) {
    if (sums.length < size) {
      sums = new float[size];
    }
    return sums;
  }

  /** What merges an attention block with those before. */
  public float[] factors(int size) {
    if (factors.length < size) {
      factors = new float[size];
    }
    return factors;
  }

  /** What the queries of an attention have so far. */
  public float[] attended(int size) {
    if (attended.length < size) {
      attended = new float[size];
    }
    return attended;
  }

  /** What to fetch during the next product. */
  public FetchAhead fetchAhead() {
    return fetchAhead;
  }

  /** Sums of exponentials of the rows of an attention. */
  public ExtendedSums extendedSums() {
    return extendedSums;
  }

  /** Partial sums in integers. */
  public int[] accumulators(int size) {
    if (accumulators.length < size) {
      accumulators = new int[size];
    }
    return accumulators;
  }

  /** Codes of activations, filled up to whole groups. */
  public byte[] codes(int size) {
    if (codes.length < size) {
      codes = new byte[size];
    }
    return codes;
  }
}
