package io.octavo.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compiles rules of normalization as SentencePiece does, into a double array and replacements. */
final class CharacterMaps {
  /** A place in the tree of the rules' bytes. */
  private static final class Node {
    private final TreeMap<Integer, Node> children = new TreeMap<>();
    private int replacement = -1;
  }

  private final Node root = new Node();
  private final StringBuilder replacements = new StringBuilder();
  private int[] units = new int[256];
  private final BitSet used = new BitSet();
  private final Set<Integer> bases = new HashSet<>();

  private CharacterMaps(Map<String, String> rules) {
    Map<String, Integer> places = new TreeMap<>();
    rules.forEach(
        (from, to) -> {
          Node node = root;
          for (byte next : from.getBytes(StandardCharsets.UTF_8)) {
            node = node.children.computeIfAbsent(next & 0xFF, label -> new Node());
          }
          node.replacement =
              places.computeIfAbsent(
                  to,
                  text -> {
                    int place = replacements.toString().getBytes(StandardCharsets.UTF_8).length;
                    replacements.append(text).append('\0');
                    return place;
                  });
        });
    used.set(0);
    place(root, 0);
  }

  /** The bytes of a compiled map. */
  static byte[] compile(Map<String, String> rules) {
    CharacterMaps maps = new CharacterMaps(rules);
    byte[] text = maps.replacements.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * maps.units.length + text.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(4 * maps.units.length);
    for (int unit : maps.units) {
      bytes.putInt(unit);
    }
    return bytes.put(text).array();
  }

  /** The normalizer of a compiled map. */
  static String normalizer(byte[] map) {
    return "{\"type\": \"Precompiled\", \"precompiled_charsmap\": \""
        + Base64.getEncoder().encodeToString(map)
        + "\"}";
  }

  private void place(Node node, int index) {
    int base = base(node);
    bases.add(base);
    units[index] |= (index ^ base) << 10;
    if (node.replacement >= 0) {
      units[index] |= 0x100;
      units[base] = node.replacement | Integer.MIN_VALUE;
      used.set(base);
    }
    node.children.forEach(
        (label, child) -> {
          units[base ^ label] = label;
          used.set(base ^ label);
        });
    node.children.forEach((label, child) -> place(child, base ^ label));
  }

  private int base(Node node) {
    int[] labels = node.children.keySet().stream().mapToInt(label -> label).toArray();
    if (node.replacement >= 0) {
      labels = Arrays.copyOf(labels, labels.length + 1);
    }
    for (int slot = used.nextClearBit(0); ; slot = used.nextClearBit(slot + 1)) {
      int base = slot ^ labels[0];
      if (units.length <= (slot | 0xFF)) {
        units = Arrays.copyOf(units, units.length + 256);
      }
      if (!bases.contains(base)
          && Arrays.stream(labels).noneMatch(label -> used.get(base ^ label))
          && base > 0) {
        return base;
      }
    }
  }

  /**
   * Rules in the manner of XLM-RoBERTa's: compatibility composition, white space made plain,
   * control characters dropped; and some that tell which of two rules is applied.
   */
  static Map<String, String> rules() {
    Map<String, String> rules = new TreeMap<>();
    for (int codePoint = 0xA0; codePoint < 0x10000; codePoint++) {
      if (Character.isDefined(codePoint) && Character.getType(codePoint) != Character.SURROGATE) {
        String character = Character.toString(codePoint);
        String composed = Normalizer.normalize(character, Form.NFKC);
        if (!composed.equals(character) && codePoint % 3 != 0) {
          rules.put(character, composed);
        }
        String decomposed = Normalizer.normalize(character, Form.NFD);
        if (codePoint < 0x2000 && !decomposed.equals(character)) {
          rules.put(decomposed, composed);
        }
      }
    }
    for (char control = 1; control < ' '; control++) {
      rules.put(String.valueOf(control), "\t\n\r".indexOf(control) < 0 ? "" : " ");
    }
    rules.put("\u00a0", " ");
    rules.put("\u200b", "");
    rules.put("\u200d", "");
    rules.put("\ufeff", "");
    rules.put("q", "k");
    rules.put("q\u0301", "unreachable");
    rules.put("👍", "(thumb)");
    rules.put("\r\n", "<end>");
    return rules;
  }
}
