package io.octavo.text;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The four Unicode normalization forms (UAX 15) in time that grows with the text's length alone.
 *
 * <p>{@link Normalizer} puts marks into canonical order by inserting each where it belongs, so a
 * hostile run of n marks takes n&sup2; steps. Long runs are therefore decomposed and sorted before
 * it sees them; that leaves a canonically equivalent text and with it the same result.
 */
final class CanonicalForm {
  private static final int LONG_RUN = 64;

  /** The marks with the lowest and the highest combining class: 1 and 240. */
  private static final String LOWEST = "\u0334";

  private static final String HIGHEST = "\u0345";

  private CanonicalForm() {}

  static String normalize(String text, Form form) {
    return Normalizer.normalize(orderLongRuns(text, form), form);
  }

  private static String orderLongRuns(String text, Form form) {
    StringBuilder ordered = null;
    int copied = 0;
    int start = 0;
    while (start < text.length()) {
      int end = endOfMarks(text, start);
      if (end - start > LONG_RUN) {
        ordered = ordered == null ? new StringBuilder(text.length()) : ordered;
        ordered.append(text, copied, start);
        appendOrdered(ordered, text.substring(start, end), form);
        copied = end;
      }
      start = Math.max(end, start + 1);
    }
    return ordered == null ? text : ordered.append(text, copied, text.length()).toString();
  }

  private static int endOfMarks(String text, int start) {
    int end = start;
    while (end < text.length()) {
      int codePoint = text.codePointAt(end);
      // The halfwidth voicing marks are letters, but their compatibility forms are marks.
      if (codePoint < 0x300
          || (!CharacterClass.isMark(codePoint) && codePoint != 0xFF9E && codePoint != 0xFF9F)) {
        break;
      }
      end += Character.charCount(codePoint);
    }
    return end;
  }

  private static void appendOrdered(StringBuilder out, String run, Form form) {
    Form decomposing = form == Form.NFKC || form == Form.NFKD ? Form.NFKD : Form.NFD;
    int[] marks =
        run.codePoints()
            .flatMap(
                mark -> Normalizer.normalize(Character.toString(mark), decomposing).codePoints())
            .toArray();
    Map<Integer, Integer> ranks = ranks(marks);
    int start = 0;
    for (int i = 0; i <= marks.length; i++) {
      if (i == marks.length || ranks.getOrDefault(marks[i], 0) == 0) {
        appendSorted(out, Arrays.copyOfRange(marks, start, i), ranks);
        if (i < marks.length) {
          out.appendCodePoint(marks[i]);
        }
        start = i + 1;
      }
    }
  }

  private static void appendSorted(StringBuilder out, int[] marks, Map<Integer, Integer> ranks) {
    long[] keys = new long[marks.length];
    for (int i = 0; i < marks.length; i++) {
      keys[i] = ((long) ranks.getOrDefault(marks[i], 0) << 32) | i;
    }
    Arrays.sort(keys);
    for (long key : keys) {
      out.appendCodePoint(marks[(int) key]);
    }
  }

  /**
   * The order of the combining classes among some code points, found by watching which pairs change
   * places, for the JDK does not tell the classes: 0 for a starter, equal for equal classes.
   */
  private static Map<Integer, Integer> ranks(int[] marks) {
    List<String> nonStarters = new ArrayList<>();
    Arrays.stream(marks)
        .distinct()
        .mapToObj(Character::toString)
        .filter(mark -> changePlaces(HIGHEST, mark) || changePlaces(mark, LOWEST))
        .forEach(nonStarters::add);
    nonStarters.sort(CanonicalForm::compareClasses);
    Map<Integer, Integer> ranks = new HashMap<>();
    int rank = 1;
    for (int i = 0; i < nonStarters.size(); i++) {
      if (i > 0 && compareClasses(nonStarters.get(i - 1), nonStarters.get(i)) != 0) {
        rank++;
      }
      ranks.put(nonStarters.get(i).codePointAt(0), rank);
    }
    return ranks;
  }

  private static int compareClasses(String first, String second) {
    if (changePlaces(first, second)) {
      return 1;
    }
    return changePlaces(second, first) ? -1 : 0;
  }

  private static boolean changePlaces(String first, String second) {
    return !Normalizer.isNormalized(first + second, Form.NFD);
  }
}
