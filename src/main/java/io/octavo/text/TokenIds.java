package io.octavo.text;

import java.util.Arrays;

/** A growing list of token ids up to a limit; what lies beyond the limit is dropped. */
final class TokenIds {
  private final int limit;
  private int[] ids;
  private int size;

  TokenIds(int limit) {
    this.limit = limit;
    this.ids = new int[Math.min(limit, 64)];
  }

  void add(int id) {
    if (size == limit) {
      return;
    }
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, (int) Math.min(limit, 2L * size));
    }
    ids[size++] = id;
  }

  /** Whether further tokens would be dropped, so that looking for them can stop. */
  boolean isFull() {
    return size == limit;
  }

  int size() {
    return size;
  }

  /** Forgets the tokens from position {@code size} on. */
  void shrink(int size) {
    this.size = size;
  }

  /** Writes the ids into an array, from an index of it on. */
  void copyTo(int[] target, int at) {
    System.arraycopy(ids, 0, target, at, size);
  }

  int[] toArray() {
    return Arrays.copyOf(ids, size);
  }
}
