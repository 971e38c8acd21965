package io.octavo.text;

import io.octavo.error.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tokens and their ids in little memory: all tokens as UTF-8 in one array, and a hash table of ids
 * with open addressing. A token is looked up by the hash of its bytes, which the caller extends
 * byte by byte ({@link #hash}), so that all prefixes of a word are hashed in one pass.
 */
final class Vocabulary {
  /** Hash of the empty token. */
  static final long EMPTY_HASH = 0x9E3779B97F4A7C15L;

  // Another one in each process, so that no file can be made whose tokens all collide.
  private static final long MULTIPLIER = (System.nanoTime() * EMPTY_HASH) | 1;

  private static final byte[] NOTHING = {};

  private static final int ABSENT = -1;

  /** After how many bytes {@link #reach} tells how far a token can go on. */
  static final int REACH_BYTES = 6;

  private final byte[] bytes;
  private final int[] starts;
  private final int[] ends;
  private final int[] table;
  private final int[] reaches;
  private final int longest;

  private Vocabulary(Builder builder, int idBound) {
    this.bytes = Arrays.copyOf(builder.bytes, builder.byteCount);
    this.starts = new int[idBound];
    this.ends = new int[idBound];
    // At most half full.
    this.table = new int[Math.max(2, Integer.highestOneBit(Math.max(1, builder.count)) << 2)];
    this.reaches = new int[table.length / 2];
    Arrays.fill(starts, ABSENT);
    Arrays.fill(table, ABSENT);
    int start = 0;
    int most = 0;
    for (int i = 0; i < builder.count; i++) {
      int end = builder.ends[i];
      insert(builder, builder.ids[i], start, end);
      most = Math.max(most, end - start);
      start = end;
    }
    this.longest = most;
  }

  private void insert(Builder builder, int id, int start, int end) {
    long hash = EMPTY_HASH;
    for (int i = start; i < end; i++) {
      hash = hash(hash, bytes[i]);
      if (i - start == REACH_BYTES - 1) {
        int place = slot(hash) / 2;
        reaches[place] = Math.max(reaches[place], end - start);
      }
    }
    if (starts[id] != ABSENT) {
      throw builder.damaged(
          string(start, end), "has the id " + id + " of the token \"" + token(id) + "\"");
    }
    int slot = slot(hash);
    while (table[slot] != ABSENT) {
      if (Arrays.equals(bytes, starts[table[slot]], ends[table[slot]], bytes, start, end)) {
        throw builder.damaged(string(start, end), "stands there twice");
      }
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = id;
    starts[id] = start;
    ends[id] = end;
  }

  private int slot(long hash) {
    // The product mixes upward, so the high bits are the good ones.
    return (int) (hash >>> 32) & (table.length - 1);
  }

  /** The hash of some bytes and one more, given theirs. */
  static long hash(long hash, byte next) {
    return (hash ^ (next & 0xFF)) * MULTIPLIER;
  }

  /**
   * The id of the token made of some first bytes and others after them.
   *
   * @param hash the hash of all these bytes
   * @return the id, or -1 if there is no such token
   */
  int find(long hash, byte[] first, byte[] rest, int start, int end) {
    int slot = slot(hash);
    while (table[slot] != ABSENT) {
      int id = table[slot];
      int from = starts[id];
      int middle = from + first.length;
      if (ends[id] - middle == end - start
          && Arrays.equals(bytes, middle, ends[id], rest, start, end)
          && Arrays.equals(bytes, from, middle, first, 0, first.length)) {
        return id;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return ABSENT;
  }

  /** The id of the token made of some bytes, or -1 if there is no such token. */
  int find(byte[] token, int start, int end) {
    long hash = EMPTY_HASH;
    for (int i = start; i < end; i++) {
      hash = hash(hash, token[i]);
    }
    return find(hash, NOTHING, token, start, end);
  }

  /** The id of a token, or -1 if there is no such token. */
  int find(String token) {
    byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
    return find(utf8, 0, utf8.length);
  }

  /** The id of the token made of two others, or -1 if there is no such token. */
  int joined(int left, int right) {
    long hash = EMPTY_HASH;
    for (int i = starts[left]; i < ends[left]; i++) {
      hash = hash(hash, bytes[i]);
    }
    for (int i = starts[right]; i < ends[right]; i++) {
      hash = hash(hash, bytes[i]);
    }
    int length = ends[left] - starts[left];
    int slot = slot(hash);
    while (table[slot] != ABSENT) {
      int id = table[slot];
      int middle = starts[id] + length;
      if (ends[id] - middle == ends[right] - starts[right]
          && Arrays.equals(bytes, starts[id], middle, bytes, starts[left], ends[left])
          && Arrays.equals(bytes, middle, ends[id], bytes, starts[right], ends[right])) {
        return id;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return ABSENT;
  }

  /**
   * The length in bytes that no token exceeds of those that begin with certain {@value
   * #REACH_BYTES} bytes.
   *
   * @param hash the hash of these bytes
   */
  int reach(long hash) {
    return reaches[slot(hash) / 2];
  }

  /** The token of an id, or null if there is none. */
  @Nullable String token(int id) {
    if (id < 0 || id >= starts.length || starts[id] == ABSENT) {
      return null;
    }
    return string(starts[id], ends[id]);
  }

  private String string(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  /** One more than the largest id. */
  int idBound() {
    return starts.length;
  }

  /** Bytes of the longest token. */
  int longest() {
    return longest;
  }

  /** Collects the tokens of a file in the order in which they stand there. */
  static final class Builder {
    // More room than that between the ids is damage, and would make arrays larger than the file.
    private static final int MOST_GAPS = 1 << 18;

    private final String file;
    private final String path;
    private final Utf8 utf8 = new Utf8();
    private byte[] bytes = new byte[1 << 16];
    private int byteCount;
    private int[] ends = new int[1 << 13];
    private int[] ids = new int[1 << 13];
    private int count;

    /** An empty one; {@code path} is where in the file the tokens stand. */
    Builder(String file, String path) {
      this.file = file;
      this.path = path;
    }

    void add(String token, int id) {
      if (id < 0) {
        throw damaged(token, "has the id " + id + ", which is less than 0");
      }
      if (!utf8.set(token, 0, token.length())) {
        throw damaged(token, "holds an unpaired surrogate");
      }
      bytes = Utf8.grown(bytes, byteCount, utf8.size());
      System.arraycopy(utf8.bytes(), 0, bytes, byteCount, utf8.size());
      byteCount += utf8.size();
      if (count == ids.length) {
        ends = Arrays.copyOf(ends, 2 * count);
        ids = Arrays.copyOf(ids, 2 * count);
      }
      ends[count] = byteCount;
      ids[count++] = id;
    }

    Vocabulary build() {
      if (count == 0) {
        throw new CheckpointException(file, path, "holds no token");
      }
      int largest = 0;
      int place = 0;
      for (int i = 0; i < count; i++) {
        if (ids[i] > largest) {
          largest = ids[i];
          place = i;
        }
      }
      if (largest >= 2L * count + MOST_GAPS) {
        int start = place == 0 ? 0 : ends[place - 1];
        String token = new String(bytes, start, ends[place] - start, StandardCharsets.UTF_8);
        throw damaged(token, "has the id " + largest + ", too large for " + count + " tokens");
      }
      return new Vocabulary(this, largest + 1);
    }

    private CheckpointException damaged(String token, String problem) {
      return new CheckpointException(file, path + "." + token, problem);
    }
  }
}
