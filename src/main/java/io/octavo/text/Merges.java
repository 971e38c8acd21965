package io.octavo.text;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Which pairs of neighbouring tokens become one, and in which order: a lower rank goes first. */
final class Merges implements MergeRule {
  private static final int ABSENT = -1;

  // Another one in each process, so that no file can be made whose pairs all collide.
  private static final long MULTIPLIER = (System.nanoTime() * 0x9E3779B97F4A7C15L) | 1;

  /** Largest vocabularies have half as many; beyond, the arrays would outgrow the file. */
  private static final int MOST = 1 << 20;

  // By rank.
  private final long[] pairs;
  private final int[] merged;
  // Ranks, hashed by their pairs.
  private final int[] table;

  private Merges(int count) {
    this.pairs = new long[count];
    this.merged = new int[count];
    // At most half full.
    this.table = new int[Math.max(2, Integer.highestOneBit(Math.max(1, count)) << 2)];
    Arrays.fill(table, ABSENT);
  }

  private int slot(long pair) {
    long hash = (pair ^ (pair >>> 29)) * MULTIPLIER;
    int slot = (int) (hash >>> 32) & (table.length - 1);
    while (table[slot] != ABSENT && pairs[table[slot]] != pair) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  private static long pair(int left, int right) {
    return ((long) left << 32) | right;
  }

  @Override
  public int rank(int left, int right) {
    return table[slot(pair(left, right))];
  }

  @Override
  public int merged(int rank, int left, int right) {
    return merged[rank];
  }

  @Override
  public boolean standsFor(int rank, int before) {
    return merged[rank] == merged[before];
  }

  /** Collects the merges of a file in the order in which they stand there. */
  static final class Builder {
    /** About twice what the largest published vocabularies need. */
    private static final int MOST_MERGES = (1 << 20) - 1;

    private final String file;
    private final String path;
    private final Utf8 utf8 = new Utf8();
    private byte[] bytes = new byte[1 << 16];
    private int byteCount;
    // Where the left and the right token of each end.
    private int[] ends = new int[1 << 14];
    private int endCount;

    /** An empty one; {@code path} is where in the file the merges stand. */
    Builder(String file, String path) {
      this.file = file;
      this.path = path;
    }

    /** Adds a merge written with a space between its tokens. */
    void add(String merge) {
      // The header of the files from which such lists came.
      if (merge.startsWith("#version")) {
        return;
      }
      int space = merge.indexOf(' ');
      if (space < 0 || merge.indexOf(' ', space + 1) >= 0) {
        throw damaged(endCount / 2, "should be two tokens with a space between them");
      }
      add(merge.substring(0, space), merge.substring(space + 1));
    }

    void add(String left, String right) {
      if (endCount / 2 == MOST) {
        throw new UnsupportedModelException(
            file, path + ": more than " + MOST + " merges are not supported");
      }
      addToken(left);
      addToken(right);
    }

    private void addToken(String token) {
      if (!utf8.set(token, 0, token.length())) {
        throw damaged(endCount / 2, "holds an unpaired surrogate");
      }
      bytes = Utf8.grown(bytes, byteCount, utf8.size());
      System.arraycopy(utf8.bytes(), 0, bytes, byteCount, utf8.size());
      byteCount += utf8.size();
      if (endCount == 2 * MOST_MERGES) {
        throw damaged(MOST_MERGES, "is one merge too many");
      }
      if (endCount == ends.length) {
        ends = Arrays.copyOf(ends, 2 * endCount);
      }
      ends[endCount++] = byteCount;
    }

    /**
     * Looks the tokens up.
     *
     * @param prefix what the right token has in front, and the token made of both has not
     * @throws CheckpointException if a token is not in the vocabulary
     */
    Merges build(Vocabulary vocabulary, byte[] prefix) {
      Merges merges = new Merges(endCount / 2);
      int start = 0;
      for (int rank = 0; rank < endCount / 2; rank++) {
        int middle = ends[2 * rank];
        int end = ends[2 * rank + 1];
        int left = find(vocabulary, rank, bytes, start, middle);
        int right = find(vocabulary, rank, bytes, middle, end);
        if (end - middle < prefix.length) {
          throw damaged(rank, "has a right token that is shorter than the prefix of such tokens");
        }
        byte[] both = Arrays.copyOfRange(bytes, start, end - prefix.length);
        System.arraycopy(
            bytes, middle + prefix.length, both, middle - start, end - middle - prefix.length);
        merges.merged[rank] = find(vocabulary, rank, both, 0, both.length);
        merges.pairs[rank] = pair(left, right);
        // Of two merges of the same tokens the later one counts.
        merges.table[merges.slot(merges.pairs[rank])] = rank;
        start = end;
      }
      return merges;
    }

    private int find(Vocabulary vocabulary, int rank, byte[] token, int start, int end) {
      int id = vocabulary.find(token, start, end);
      if (id < 0) {
        throw damaged(
            rank,
            "needs \""
                + new String(token, start, end - start, StandardCharsets.UTF_8)
                + "\", which is not in the vocabulary");
      }
      return id;
    }

    private CheckpointException damaged(int rank, String problem) {
      return new CheckpointException(file, path + "[" + rank + "]", problem);
    }
  }
}
