package io.octavo.kernel;

/**
 * What is read for each output behind a product and lies far apart in memory, such as the columns
 * of weights that outliers meet: a kernel that can may fetch it to the cache meanwhile. It changes
 * no result, and no address is read.
 */
public final class FetchAhead {
  private int places;
  private long address;
  private long stride;
  private long distance;

  /** Nothing to fetch. */
  public FetchAhead() {}

  /** Forgets what there was. */
  public void clear() {
    places = 0;
    address = 0;
    stride = 0;
    distance = 0;
  }

  /**
   * Adds a place; more than two are left out.
   *
   * @param first where it is read for the first output, 0 for nowhere in memory
   * @param bytes from output to output
   */
  public void add(long first, long bytes) {
    if (first == 0) {
      return;
    }
    if (places == 0) {
      address = first;
      stride = bytes;
      places = 1;
    } else if (places == 1 && bytes == stride) {
      distance = first - address;
      places = 2;
    }
  }

  /** Whether there is nothing to fetch. */
  public boolean isEmpty() {
    return places == 0;
  }

  /** Where to fetch for an output. */
  public long address(int output) {
    return address + output * stride;
  }

  /** Bytes from output to output. */
  public long stride() {
    return stride;
  }

  /** Bytes to the second place; 0 where there is none. */
  public long distance() {
    return distance;
  }
}
