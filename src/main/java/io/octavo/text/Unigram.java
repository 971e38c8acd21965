package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.Arrays;

/**
 * Unigram: of all ways to write a word as tokens the one with the largest sum of scores. A
 * character that is no token counts as unknown, with a score 10 below the lowest, and unknown
 * neighbours become one token.
 */
final class Unigram implements SubwordModel {
  private static final double UNKNOWN_PENALTY = 10;
  private static final byte[] NOTHING = {};

  /** A text like a longer token would be searched through as often as it is long. */
  private static final int LONGEST_TOKEN = 1024;

  private final Vocabulary vocabulary;
  private final double[] scores;
  private final int unknown;
  private final double unknownScore;
  private final ByteTokens byteTokens;

  private Unigram(Vocabulary vocabulary, double[] scores, int unknown, boolean fallsBackToBytes) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.unknown = unknown;
    this.unknownScore = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
    this.byteTokens = new ByteTokens(vocabulary, fallsBackToBytes);
  }

  /**
   * Reads the fields of {@code model} other than the vocabulary.
   *
   * @param scores one per token
   */
  static Unigram from(JsonValue json, Vocabulary vocabulary, double[] scores) {
    json.allowOnly("type", "unk_id", "vocab", "byte_fallback");
    JsonValue unknown = json.find("unk_id");
    if (unknown == null) {
      throw new UnsupportedModelException(
          json.file(), json.path() + ".unk_id: a model without an unknown token is not supported");
    }
    if (unknown.integer() >= scores.length) {
      throw unknown.damaged("is " + unknown.integer() + ", of " + scores.length + " tokens");
    }
    if (vocabulary.longest() > LONGEST_TOKEN) {
      throw new UnsupportedModelException(
          json.file(),
          json.path()
              + ".vocab: a token of "
              + vocabulary.longest()
              + " bytes; more than "
              + LONGEST_TOKEN
              + " are not supported");
    }
    JsonValue fallback = json.find("byte_fallback");
    return new Unigram(vocabulary, scores, unknown.integer(), fallback != null && fallback.bool());
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public PreTokenizer.WordConsumer into(TokenIds ids) {
    Paths paths = new Paths();
    return (text, start, end) -> {
      paths.word.set(text, start, end);
      paths.search();
      paths.append(ids);
    };
  }

  /** For each place in a word the best tokens up to there. */
  private final class Paths {
    private final Utf8 word = new Utf8();
    private double[] best = new double[64];
    private int[] starts = new int[64];
    private int[] ids = new int[64];

    void search() {
      int size = word.size();
      if (size >= best.length) {
        best = new double[Math.addExact(size, size / 2)];
        starts = new int[best.length];
        ids = new int[best.length];
      }
      best[0] = 0;
      Arrays.fill(starts, 0, size + 1, -1);
      for (int from = 0; from < size; from = word.nextBoundary(from)) {
        if (!extendByTokens(from)) {
          offer(from, word.nextBoundary(from), unknown, unknownScore);
        }
      }
    }

    /** Tries all tokens that go on at an index; returns whether its character is one of them. */
    private boolean extendByTokens(int from) {
      byte[] bytes = word.bytes();
      int bound = (int) Math.min(word.size(), (long) from + vocabulary.longest());
      int single = word.nextBoundary(from);
      boolean hasSingle = false;
      long hash = Vocabulary.EMPTY_HASH;
      for (int to = from + 1; to <= bound; to++) {
        hash = Vocabulary.hash(hash, bytes[to - 1]);
        if (to - from == Vocabulary.REACH_BYTES) {
          bound = (int) Math.min(bound, (long) from + vocabulary.reach(hash));
        }
        int id = word.isBoundary(to) ? vocabulary.find(hash, NOTHING, bytes, from, to) : -1;
        if (id >= 0) {
          offer(from, to, id, scores[id]);
          hasSingle |= to == single;
        }
      }
      return hasSingle;
    }

    private void offer(int from, int to, int id, double score) {
      double sum = score + best[from];
      if (starts[to] < 0 || sum > best[to]) {
        best[to] = sum;
        starts[to] = from;
        ids[to] = id;
      }
    }

    /** Appends the tokens of the best way through the whole word. */
    void append(TokenIds tokens) {
      // From the end, the path is turned around: starts[] then holds where each token ends.
      int end = word.size();
      int after = -1;
      while (end > 0) {
        int start = starts[end];
        starts[end] = after;
        after = end;
        end = start;
      }
      int start = 0;
      while (after > 0) {
        int to = after;
        after = starts[to];
        if (ids[to] != unknown) {
          tokens.add(ids[to]);
        } else {
          while (after > 0 && ids[after] == unknown) {
            to = after;
            after = starts[to];
          }
          appendUnknown(start, to, tokens);
        }
        start = to;
      }
    }

    private void appendUnknown(int start, int end, TokenIds tokens) {
      byte[] bytes = word.bytes();
      int known = vocabulary.find(bytes, start, end);
      if (known >= 0 || !byteTokens.append(bytes, start, end, tokens::add)) {
        tokens.add(known >= 0 ? known : unknown);
      }
    }
  }
}
