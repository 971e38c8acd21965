package io.octavo.text;

import java.util.Arrays;

/**
 * A word whose neighbouring tokens are merged, the pair with the lowest rank first, the leftmost of
 * equals. A heap holds the pairs that could be merged, so a word of n tokens takes n log n steps.
 */
final class BytePairWord {
  private static final int REMOVED = -1;

  private int[] ids = new int[64];
  private int[] previous = new int[64];
  private int[] next = new int[64];
  private int size;
  // The rank above the place of the left token.
  private long[] heap = new long[64];
  private int heapSize;

  void clear() {
    size = 0;
  }

  void add(int id) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size);
      previous = new int[2 * size];
      next = new int[2 * size];
    }
    ids[size++] = id;
  }

  /** Merges until no pair is left that could be. */
  void merge(MergeRule merges) {
    heapSize = 0;
    for (int i = 0; i < size; i++) {
      previous[i] = i - 1;
      next[i] = i + 1;
      push(i, merges);
    }
    while (heapSize > 0) {
      long top = pop();
      int left = (int) top;
      // What changed since it was pushed is passed over.
      if (ids[left] == REMOVED || next[left] == size) {
        continue;
      }
      int right = next[left];
      int rank = merges.rank(ids[left], ids[right]);
      if (rank < 0 || !merges.standsFor(rank, (int) (top >>> 32))) {
        continue;
      }
      ids[left] = merges.merged(rank, ids[left], ids[right]);
      ids[right] = REMOVED;
      next[left] = next[right];
      if (next[left] < size) {
        previous[next[left]] = left;
      }
      if (previous[left] >= 0) {
        push(previous[left], merges);
      }
      push(left, merges);
    }
  }

  /** Appends what is left. */
  void appendTo(TokenIds tokens) {
    for (int i = 0; i < size; i++) {
      if (ids[i] != REMOVED) {
        tokens.add(ids[i]);
      }
    }
  }

  private void push(int left, MergeRule merges) {
    if (next[left] == size) {
      return;
    }
    int rank = merges.rank(ids[left], ids[next[left]]);
    if (rank < 0) {
      return;
    }
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, 2 * heapSize);
    }
    long added = ((long) rank << 32) | left;
    int i = heapSize++;
    while (i > 0 && heap[(i - 1) / 2] > added) {
      heap[i] = heap[(i - 1) / 2];
      i = (i - 1) / 2;
    }
    heap[i] = added;
  }

  private long pop() {
    long top = heap[0];
    long last = heap[--heapSize];
    int i = 0;
    while (2 * i + 1 < heapSize) {
      int child = 2 * i + 1;
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return top;
  }
}
