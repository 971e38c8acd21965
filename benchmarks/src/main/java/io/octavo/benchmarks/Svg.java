package io.octavo.benchmarks;

/** An SVG on white, grown piece by piece. */
final class Svg {
  static final String BLACK = "#000000";
  static final String GREY = "#e3e3e3";

  /** Told apart by people who do not see all colours (Okabe and Ito). */
  static final String[] COLOURS = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"};

  private final StringBuilder text = new StringBuilder();

  Svg(int width, int height, String title) {
    text.append(
        Markdown.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">\n",
            width, height, width, height));
    text.append("<title>").append(escape(title)).append("</title>\n");
    text.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
  }

  void line(double x1, double y1, double x2, double y2, String colour, double width) {
    line(x1, y1, x2, y2, colour, width, "");
  }

  void line(
      double x1, double y1, double x2, double y2, String colour, double width, String dashes) {
    text.append(
        Markdown.format(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\""
                + " stroke-width=\"%.1f\"%s/>\n",
            x1,
            y1,
            x2,
            y2,
            colour,
            width,
            dashes.isEmpty() ? "" : " stroke-dasharray=\"" + dashes + "\""));
  }

  void bar(double x, double y, double width, double height, String colour) {
    text.append(
        Markdown.format(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
            x, y, width, height, colour));
  }

  void disc(double x, double y, String colour) {
    text.append(
        Markdown.format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>\n", x, y, colour));
  }

  /** Text at a place, which is its {@code start}, {@code middle} or {@code end}. */
  void label(double x, double y, String anchor, String words) {
    label(x, y, anchor, words, "");
  }

  void title(double x, double y, String words) {
    label(x, y, "start", words, " font-weight=\"bold\"");
  }

  private void label(double x, double y, String anchor, String words, String style) {
    text.append(
        Markdown.format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>\n",
            x, y, anchor, style, escape(words)));
  }

  private static String escape(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The finished document. */
  String finish() {
    return text + "</svg>\n";
  }
}
