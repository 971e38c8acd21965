package io.octavo.study;

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
    return text.append('\n').toString();
  }

  /** A table whose columns are all texts. */
  static String textTable(List<String> header, List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    row(text, header);
    text.append("|---".repeat(header.size())).append("|\n");
    rows.forEach(row -> row(text, row));
    return text.append('\n').toString();
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** A cosine in five digits, or its distance from 1 where these would be nines. */
  static String cosine(double cosine) {
    double error = 1 - cosine;
    return error < 1e-5 ? format("1 - %.0e", error).replace("e-0", "e-") : format("%.5f", cosine);
  }

  static String percent(double share, int digits) {
    if (share == 0 || share == 1) {
      return share == 0 ? "0" : "100 %";
    }
    double least = Math.pow(10, -digits);
    return 100 * share < least / 2
        ? format("< %." + digits + "f %%", least)
        : format("%." + digits + "f %%", 100 * share);
  }

  static String bold(String text) {
    return "**" + text + "**";
  }

  static List<String> bold(List<String> cells) {
    return cells.stream().map(Markdown::bold).toList();
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
