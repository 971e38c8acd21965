package io.octavo.generate;

import java.util.function.IntToDoubleFunction;

/**
 * Places by their keys, the largest first; of equal keys the lower place first. A heap: to build it
 * takes time linear in its size, and to take one out the size's logarithm, so that nothing is
 * sorted beyond what is asked for.
 */
final class BestFirst {
  private final int[] heap;
  private final double[] keys;
  private int size;

  BestFirst(int capacity) {
    heap = new int[capacity];
    keys = new double[capacity];
  }

  /**
   * Starts over with the places {@code 0 ... count - 1}.
   *
   * @param key of each place; not NaN
   */
  void start(int count, IntToDoubleFunction key) {
    size = count;
    for (int place = 0; place < count; place++) {
      heap[place] = place;
      keys[place] = key.applyAsDouble(place);
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Takes out the best place that is left. */
  int next() {
    int best = heap[0];
    heap[0] = heap[--size];
    sink(0);
    return best;
  }

  private void sink(int index) {
    int place = heap[index];
    int parent = index;
    for (int child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], place)) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = place;
  }

  private boolean before(int a, int b) {
    return keys[a] > keys[b] || (keys[a] == keys[b] && a < b);
  }
}
