package io.octavo.hostile;

import io.octavo.error.OctavoException;
import java.util.Map;
import java.util.TreeMap;

/** What became of the variants of one kind of file. */
final class Tally {
  private int loaded;
  private int notFinite;
  private final Map<String, Integer> refused = new TreeMap<>();
  private int violations;
  private double slowest;
  private long largest;

  void add(Verdict verdict) {
    slowest = Math.max(slowest, verdict.millis());
    OctavoException refusal = verdict.refusal();
    if (verdict.violation() != null) {
      violations++;
    } else if (refusal != null) {
      refused.merge(refusal.getClass().getSimpleName(), 1, Integer::sum);
    } else {
      loaded++;
      notFinite += verdict.finite() ? 0 : 1;
    }
  }

  void allocated(long bytes) {
    largest = Math.max(largest, bytes);
  }

  String line(FileKind kind) {
    int all = loaded + violations + refused.values().stream().mapToInt(Integer::intValue).sum();
    return "%-16s %6d in all, %6d loaded (%d gave numbers that are not finite), refused %s, %d violations, slowest %.0f ms, largest array %.1f MiB"
        .formatted(kind, all, loaded, notFinite, refused, violations, slowest, largest / 1048576.0);
  }
}
