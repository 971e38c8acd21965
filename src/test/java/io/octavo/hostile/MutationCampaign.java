package io.octavo.hostile;

import io.octavo.hostile.HeapWatch.Large;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Loads and uses damaged models, many of them: {@code mvn -q test-compile exec:exec@mutations
 * -Dmutations=20000}. The JVM has a heap of 1 GiB, native memory tracking and no other flag.
 *
 * <p>Demanded of each variant: it works, or ends in an exception of this library's whose message
 * names one of the model's files; within 5 s (by the clock and of processors, and 20 s by the clock
 * alone, since others may use the machine); no error of the JVM's; no array larger than the
 * variant's largest file and 16 MiB (see {@link HeapWatch}), and no more than the bytes of all its
 * files (twice that, where they come from streams) and 16 MiB off the heap at any time (see {@link
 * NativeWatch}; that bounds each single allocation); after it is closed, or was refused, none of
 * its files is mapped or open, and none has come or gone. After each {@value #BLOCK} variants the
 * memory off the heap is what it was before, within {@value #TOLERANCE} bytes.
 */
public final class MutationCampaign {
  private static final long SLACK = 16L << 20;
  private static final int BLOCK = 500;
  private static final long TOLERANCE = 1 << 20;

  private final Variants variants;
  private final Map<FileKind, Tally> tallies = new EnumMap<>(FileKind.class);
  private final List<String> violations = new ArrayList<>();
  private boolean shown;

  private MutationCampaign(String specimens, long seed) throws IOException {
    this.variants = new Variants(Specimens.of(specimens), seed);
  }

  /**
   * Runs variants and prints what became of them; the exit status is 1 if there was anything that
   * must not happen.
   *
   * @param arguments the number of variants; the first one's (0); the seed (1); of which specimens,
   *     {@code all} (the default), {@code encoders} or {@code decoders}
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int count = Integer.parseInt(arguments[0]);
    int first = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
    String specimens = arguments.length > 3 ? arguments[3] : "all";
    MutationCampaign campaign = new MutationCampaign(specimens, seed);
    boolean sound = campaign.run(first, count);
    System.out.printf(
        "%d variants from %d on, seed %d, of %s: %s%n",
        count,
        first,
        seed,
        specimens,
        sound ? "no violation" : campaign.violations.size() + " violations");
    // Not return: a variant that hangs has its thread still.
    System.exit(sound ? 0 : 1);
  }

  /** Says of a single variant, which somebody wants to look at, what became of it. */
  private boolean run(int first, int count) throws IOException, InterruptedException {
    try (HeapWatch heap = new HeapWatch()) {
      shown = count == 1;
      long before = -1;
      for (int index = first; index < first + count; index++) {
        run(index);
        if ((index - first) % BLOCK == BLOCK - 1) {
          long after = settled();
          before = before < 0 ? after : before;
          if (after > before + TOLERANCE) {
            violation(
                "off the heap " + after + " bytes after variant " + index + ", once " + before);
          }
        }
      }
      heap.finish(this::allocated);
    }
    tallies.forEach((kind, tally) -> System.out.println(tally.line(kind)));
    System.out.printf("most memory off the heap: %d bytes%n", NativeWatch.read().peak());
    return violations.isEmpty();
  }

  private void run(int index) throws IOException, InterruptedException {
    Variant variant = variants.of(index);
    NativeWatch.Reading before = NativeWatch.read();
    HeapWatch.Use use = new HeapWatch.Use();
    use.variant = index;
    use.begin();
    Verdict verdict = Judge.judge(variant);
    use.commit();
    NativeWatch.Reading after = NativeWatch.read();
    tally(variant).add(verdict);
    if (shown) {
      System.out.println(variant + " -> " + verdict.refusal());
    }
    if (verdict.violation() != null) {
      violation(variant + ": " + verdict.violation());
    }
    long held = after.peak() - before.bytes();
    // In memory a model's files are held by its source, those of its tokenizer by the model as
    // well;
    // streams of unknown length are gathered in pieces, and then copied once.
    long copies = variant.route() == Variant.Route.DISK ? 1 : 2;
    if (after.peak() > before.peak() && held > copies * variant.allBytes() + SLACK) {
      violation(variant + ": holds " + held + " bytes off the heap");
    }
  }

  private void allocated(int index, Large object) {
    Variant variant = variants.of(index);
    tally(variant).allocated(object.bytes());
    if (object.bytes() > variant.largestFile() + SLACK) {
      violation(
          variant + ": allocates " + object.bytes() + " bytes, " + object.type() + object.where());
    }
  }

  private Tally tally(Variant variant) {
    return tallies.computeIfAbsent(variant.kind(), kind -> new Tally());
  }

  private void violation(String text) {
    violations.add(text);
    System.out.println("VIOLATION " + text);
  }

  /** Memory off the heap once nothing is waiting for the collector any more. */
  private static long settled() throws InterruptedException {
    long bytes = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(20);
      bytes = Math.min(bytes, NativeWatch.read().bytes());
    }
    return bytes;
  }
}
