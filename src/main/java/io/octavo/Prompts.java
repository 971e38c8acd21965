package io.octavo;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are put before others, by their names; sentence-transformers chooses among them in the
 * same way ({@code encode_query}, {@code encode_document}).
 *
 * @param texts the prompts
 * @param standardName the name of the one that is used unless told otherwise; null for none
 */
record Prompts(Map<String, String> texts, @Nullable String standardName) {
  private static final List<String> QUERY = List.of("query");
  private static final List<String> PASSAGE = List.of("document", "passage", "corpus");

  /** A model's prompts, and those that replace them. */
  static Prompts of(
      Map<String, String> model, Map<String, String> replacing, @Nullable String standard) {
    Map<String, String> texts = new LinkedHashMap<>(model);
    texts.putAll(replacing);
    return new Prompts(Collections.unmodifiableMap(texts), standard);
  }

  /** What is put before a text unless told otherwise; empty for nothing. */
  String standard() {
    return standardName == null ? "" : texts.getOrDefault(standardName, "");
  }

  /** What is put before a query. */
  String query() {
    return firstOf(QUERY);
  }

  /** What is put before a text that is to be found. */
  String passage() {
    return firstOf(PASSAGE);
  }

  /**
   * The prompt of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  String named(String name) {
    String text = texts.get(name);
    if (text == null) {
      throw new IllegalArgumentException(
          "No prompt is called \"" + name + "\"; these are known: " + texts.keySet());
    }
    return text;
  }

  private String firstOf(List<String> names) {
    for (String name : names) {
      String text = texts.get(name);
      if (text != null) {
        return text;
      }
    }
    return standard();
  }
}
