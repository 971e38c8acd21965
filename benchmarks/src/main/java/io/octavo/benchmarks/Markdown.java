package io.octavo.benchmarks;

import java.util.List;
import java.util.Locale;

/** Pieces of Markdown. */
final class Markdown {
  private Markdown() {}

  /** A table whose columns but the first are aligned to the right. */
  static String table(List<String> header, List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    row(text, header);
    text.append("|---").append("|---:".repeat(header.size() - 1)).append("|\n");
    rows.forEach(row -> row(text, row));
    return text.toString();
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
