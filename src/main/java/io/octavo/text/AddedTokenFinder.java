package io.octavo.text;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds added tokens in a text: from left to right, at each place the longest. A match that is
 * refused because it is no single word hides what it covers all the same, as in the {@code
 * tokenizers} library.
 */
final class AddedTokenFinder {
  /** Takes the characters between added tokens: from one index to before another, never none. */
  @FunctionalInterface
  interface TextConsumer {
    /** Takes a part of a text. */
    void accept(String text, int start, int end);
  }

  /** A place in the tree of the patterns' characters. */
  private static final class Node {
    private final Map<Character, Node> next = new HashMap<>();
    private final int depth;
    private @Nullable AddedToken token;

    Node(int depth) {
      this.depth = depth;
    }
  }

  private final Node root = new Node(0);
  private int nodes;

  /**
   * Adds a token.
   *
   * @param pattern what to look for; not empty
   * @return whether it is the first token with this pattern
   */
  boolean add(String pattern, AddedToken token) {
    Node node = root;
    for (int i = 0; i < pattern.length(); i++) {
      int depth = i + 1;
      node =
          node.next.computeIfAbsent(
              pattern.charAt(i),
              character -> {
                nodes++;
                return new Node(depth);
              });
    }
    if (node.token != null) {
      return false;
    }
    node.token = token;
    return true;
  }

  /** How large it is: the characters of its patterns, shared beginnings counted once. */
  int size() {
    return nodes;
  }

  /** Hands on the added tokens of a text, by id, and what lies between them, in order. */
  void split(String text, IntConsumer tokens, TextConsumer between) {
    int done = 0;
    int i = root.next.isEmpty() ? text.length() : 0;
    while (i < text.length()) {
      Node match = longestAt(text, i);
      if (match == null || match.token == null) {
        i++;
        continue;
      }
      AddedToken token = match.token;
      int start = i;
      int end = i + match.depth;
      i = end;
      if (token.singleWord() && !isSingleWord(text, start, end)) {
        continue;
      }
      while (token.takesLeft() && start > done && isWhiteSpace(text, start - 1)) {
        start--;
      }
      while (token.takesRight() && end < text.length() && isWhiteSpace(text, end)) {
        end++;
      }
      if (done < start) {
        between.accept(text, done, start);
      }
      tokens.accept(token.id());
      done = end;
    }
    if (done < text.length()) {
      between.accept(text, done, text.length());
    }
  }

  private @Nullable Node longestAt(String text, int start) {
    Node longest = null;
    Node node = root.next.get(text.charAt(start));
    for (int i = start + 1; node != null; i++) {
      longest = node.token == null ? longest : node;
      node = i < text.length() ? node.next.get(text.charAt(i)) : null;
    }
    return longest;
  }

  private static boolean isSingleWord(String text, int start, int end) {
    return (start == 0 || !CharacterClass.isWordCharacter(text.codePointBefore(start)))
        && (end == text.length() || !CharacterClass.isWordCharacter(text.codePointAt(end)));
  }

  private static boolean isWhiteSpace(String text, int index) {
    // All white space lies in the basic plane.
    return CharacterClass.isWhiteSpace(text.charAt(index));
  }
}
