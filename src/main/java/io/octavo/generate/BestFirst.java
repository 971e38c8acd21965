package io.octavo.generate;

import java.util.function.IntToDoubleFunction;

/**
 * Places by their keys, the largest first; of equal keys the lower place first. A heap: to build it
 * takes time linear in its size, and to take one out the size's logarithm, so that nothing is
 * sorted beyond what is asked for. Where a large part is asked for and its order is not, {@link
 * #selectShare} finds that in time linear in the size.
 */
final class BestFirst {
  /** So few are sorted to see where a share ends. */
  private static final int SHORT = 64;

  /** Far more than halving takes; whoever arranges logits against the pivots gets a sorted walk. */
  private static final int MOST_ROUNDS = 64;

  /** Far more than the roundings of a sum of probabilities in another order come to. */
  private static final double UNCERTAINTY = 1e-9;

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
    arrange();
  }

  private void arrange() {
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

  /** A place that {@link #selectShare} found. */
  int selected(int index) {
    return heap[index];
  }

  /**
   * Finds as many of the places that are left, the best first, as it takes for their weights to
   * reach a share; by parting them again and again at a place between, of which only the side where
   * the share ends has to be looked at further. What is left is then in no order.
   *
   * @param weights of all places, at most 1 together
   * @param sum of weights that count already
   * @param share at which to end
   * @return how many, all that are left if they do not reach it; -1 if it takes their order to
   *     tell, since another order of the sum rounds to another end: they are left as they were then
   */
  int selectShare(float[] weights, double sum, double share) {
    int first = 0;
    int last = size;
    double before = sum;
    for (int round = 0; last - first > SHORT; round++) {
      int pivot = part(first, last);
      double reached = before;
      for (int i = first; i <= pivot; i++) {
        reached += weights[heap[i]];
      }
      if (round == MOST_ROUNDS || Math.abs(reached - share) < UNCERTAINTY) {
        arrange();
        return -1;
      }
      if (reached < share) {
        before = reached;
        first = pivot + 1;
      } else {
        last = pivot + 1;
      }
    }
    sort(first, last);
    for (int i = first; i < last; i++) {
      before += weights[heap[i]];
      if (Math.abs(before - share) < UNCERTAINTY) {
        arrange();
        return -1;
      }
      if (before >= share) {
        return i + 1;
      }
    }
    return last;
  }

  /**
   * Parts a run of places at one of them.
   *
   * @return where that one is: better ones are before it, worse ones behind
   */
  private int part(int first, int last) {
    swap(median(first, (first + last) >>> 1, last - 1), last - 1);
    int pivot = heap[last - 1];
    int end = first;
    for (int i = first; i < last - 1; i++) {
      if (before(heap[i], pivot)) {
        swap(i, end++);
      }
    }
    swap(end, last - 1);
    return end;
  }

  private int median(int a, int b, int c) {
    boolean ab = before(heap[a], heap[b]);
    boolean bc = before(heap[b], heap[c]);
    if (ab == bc) {
      return b;
    }
    return ab == before(heap[a], heap[c]) ? c : a;
  }

  private void swap(int a, int b) {
    int place = heap[a];
    heap[a] = heap[b];
    heap[b] = place;
  }

  /** By insertion; there are few. */
  private void sort(int first, int last) {
    for (int i = first + 1; i < last; i++) {
      for (int at = i; at > first && before(heap[at], heap[at - 1]); at--) {
        swap(at, at - 1);
      }
    }
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
