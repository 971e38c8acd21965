package io.octavo.quickstart;

import io.octavo.TextEmbedder;
import java.util.List;

/** How many sentences a model embeds per second, measured by time so that it ends on any JVM. */
final class Throughput {
  private static final int BATCH = 16;

  /** Models take turns this often, so that whatever else the machine does hits them alike. */
  private static final int TURNS = 4;

  private final TextEmbedder model;
  private final List<String> sentences;
  private int next;
  private long count;
  private long nanos;

  Throughput(TextEmbedder model, List<String> sentences) {
    this.model = model;
    this.sentences = sentences;
  }

  /** Warms each up for that many seconds, then measures each for as long. */
  static void compare(List<Throughput> all, double seconds) {
    long turn = (long) (seconds / TURNS * 1e9);
    takeTurns(all, turn);
    for (Throughput one : all) {
      one.count = 0;
      one.nanos = 0;
    }
    takeTurns(all, turn);
  }

  private static void takeTurns(List<Throughput> all, long turn) {
    for (int i = 1; i <= TURNS; i++) {
      for (Throughput one : all) {
        one.runUntil(i * turn);
      }
    }
  }

  /** Runs batches until {@code total} nanoseconds were spent, at least one in all. */
  private void runUntil(long total) {
    while (count == 0 || nanos < total) {
      int last = Math.min(next + batch(), sentences.size());
      List<String> batch = sentences.subList(next, last);
      long start = System.nanoTime();
      model.embedAll(batch);
      nanos += System.nanoTime() - start;
      count += batch.size();
      next = last % sentences.size();
    }
  }

  /** Sentences of a batch. */
  int batch() {
    return Math.min(BATCH, sentences.size());
  }

  /** Sentences per second. */
  double perSecond() {
    return count / seconds();
  }

  /** Seconds spent measuring. */
  double seconds() {
    return nanos / 1e9;
  }
}
