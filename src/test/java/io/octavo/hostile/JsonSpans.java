package io.octavo.hostile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Where the values of a JSON text stand; as far as it is sound. */
final class JsonSpans {
  /**
   * A value.
   *
   * @param member where it begins with its name; {@code start} if it has none
   * @param start its first byte
   * @param end the byte after its last one
   * @param depth how many objects and arrays are around it
   */
  record Span(int member, int start, int end, int depth) {}

  private final byte[] text;
  private final List<Span> spans = new ArrayList<>();

  private JsonSpans(byte[] text) {
    this.text = text;
  }

  static List<Span> of(byte[] text) {
    JsonSpans spans = new JsonSpans(text);
    spans.read();
    return spans.spans;
  }

  /** One of them, each depth as likely as the others: else all would be tokens of a vocabulary. */
  static Span choose(List<Span> spans, Random random) {
    TreeSet<Integer> depths = new TreeSet<>();
    spans.forEach(span -> depths.add(span.depth()));
    int depth = List.copyOf(depths).get(random.nextInt(depths.size()));
    List<Span> there = spans.stream().filter(span -> span.depth() == depth).toList();
    return there.get(random.nextInt(there.size()));
  }

  private void read() {
    Deque<int[]> open = new ArrayDeque<>();
    int name = -1;
    int i = 0;
    while (i < text.length) {
      switch (text[i]) {
        case '{', '[' -> {
          open.push(new int[] {name < 0 ? i : name, i});
          name = -1;
          i++;
        }
        case '}', ']' -> {
          i++;
          if (!open.isEmpty()) {
            int[] begun = open.pop();
            spans.add(new Span(begun[0], begun[1], i, open.size()));
          }
          name = -1;
        }
        case '"' -> {
          int end = endOfString(i);
          int next = end;
          while (next < text.length && text[next] <= ' ') {
            next++;
          }
          if (name < 0 && next < text.length && text[next] == ':') {
            name = i;
            i = next + 1;
          } else {
            name = add(name, i, end, open.size());
            i = end;
          }
        }
        default -> {
          int end = i;
          while (end < text.length && isPlain(text[end])) {
            end++;
          }
          if (end > i) {
            name = add(name, i, end, open.size());
          }
          i = Math.max(end, i + 1);
        }
      }
    }
  }

  private int add(int name, int start, int end, int depth) {
    spans.add(new Span(name < 0 ? start : name, start, end, depth));
    return -1;
  }

  private int endOfString(int start) {
    int i = start + 1;
    while (i < text.length && text[i] != '"') {
      i += text[i] == '\\' ? 2 : 1;
    }
    return Math.min(i + 1, text.length);
  }

  private static boolean isPlain(byte value) {
    return (value >= '0' && value <= '9')
        || (value >= 'a' && value <= 'z')
        || (value >= 'A' && value <= 'Z')
        || value == '-'
        || value == '+'
        || value == '.';
  }
}
