package io.octavo.study;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Error and share of values in floating point by threshold, as an SVG of two panels.
 *
 * @param curves one per scheme, at most two
 * @param levels what does not depend on the threshold; those far below the curves are named only
 */
record ThresholdPlot(List<Curve> curves, List<Level> levels) {
  private static final String[] COLOURS = {"#0072b2", "#d55e00"};
  private static final String GREY = "#555555";
  private static final int WIDTH = 920;
  private static final int HEIGHT = 440;
  private static final int TOP = 48;
  private static final int BOTTOM = 320;
  private static final int PANEL_WIDTH = 350;
  private static final int ERROR_LEFT = 85;
  private static final int SHARE_LEFT = 540;
  private static final double FIRST_THRESHOLD = 2;
  private static final double LAST_THRESHOLD = 8.5;

  /** A level this many times below the least error of the curves would only squash them. */
  private static final double SHOWN_BELOW = 3;

  /** One threshold of a curve. */
  record Point(double threshold, double error, double floatShare) {}

  /** A scheme. */
  record Curve(String label, List<Point> points, double errorWithoutDecomposition) {}

  /** Something to compare with. */
  record Level(String label, double error) {}

  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        Markdown.format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">\n",
            WIDTH, HEIGHT, WIDTH, HEIGHT));
    svg.append("<title>LLM.int8() by threshold: all-MiniLM-L6-v2</title>\n");
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
    errors(svg);
    shares(svg);
    legend(svg);
    return svg.append("</svg>\n").toString();
  }

  private void errors(StringBuilder svg) {
    double least = values(Point::error).min().orElseThrow();
    double most = curves.stream().mapToDouble(Curve::errorWithoutDecomposition).max().orElseThrow();
    LogAxis axis = LogAxis.around(least, most, BOTTOM, TOP);
    frame(svg, ERROR_LEFT, axis, "Mean cosine error (1 - cosine, log scale)", 1, "");
    for (Level level : shownLevels(least)) {
      line(svg, ERROR_LEFT, axis.y(level.error()), GREY, "2 4");
    }
    for (int i = 0; i < curves.size(); i++) {
      line(svg, ERROR_LEFT, axis.y(curves.get(i).errorWithoutDecomposition()), COLOURS[i], "8 5");
      curve(svg, ERROR_LEFT, axis, i, Point::error);
    }
  }

  private void shares(StringBuilder svg) {
    LogAxis axis =
        LogAxis.around(
            values(Point::floatShare).min().orElseThrow(),
            values(Point::floatShare).max().orElseThrow(),
            BOTTOM,
            TOP);
    frame(svg, SHARE_LEFT, axis, "Values in floating point (%, log scale)", 100, " %");
    for (int i = 0; i < curves.size(); i++) {
      curve(svg, SHARE_LEFT, axis, i, Point::floatShare);
    }
  }

  private DoubleStream values(ToDoubleFunction<Point> value) {
    return curves.stream().flatMap(curve -> curve.points().stream()).mapToDouble(value);
  }

  private List<Level> shownLevels(double least) {
    return levels.stream().filter(level -> level.error() * SHOWN_BELOW >= least).toList();
  }

  private static void frame(
      StringBuilder svg, int left, LogAxis axis, String title, double factor, String unit) {
    text(svg, left, TOP - 20, "start", "#000000\" font-weight=\"bold", title);
    for (double tick : axis.ticks()) {
      double y = axis.y(tick);
      svg.append(segment(left, y, left + PANEL_WIDTH, y, "#e3e3e3", ""));
      String label =
          factor == 1
              ? Markdown.format("%.0e", tick).replace("e-0", "e-")
              : Markdown.format("%.3f", tick * factor).replaceAll("0+$", "") + unit;
      text(svg, left - 8, y + 4, "end", "#000000", label);
    }
    for (int threshold = (int) FIRST_THRESHOLD; threshold <= LAST_THRESHOLD; threshold++) {
      double x = x(left, threshold);
      svg.append(segment(x, BOTTOM, x, BOTTOM + 5, "#000000", ""));
      text(svg, x, BOTTOM + 20, "middle", "#000000", Integer.toString(threshold));
    }
    svg.append(segment(left, BOTTOM, left + PANEL_WIDTH, BOTTOM, "#000000", ""));
    svg.append(segment(left, BOTTOM, left, TOP, "#000000", ""));
    text(svg, left + PANEL_WIDTH / 2.0, BOTTOM + 42, "middle", "#000000", "Outlier threshold");
  }

  private void curve(
      StringBuilder svg, int left, LogAxis axis, int index, ToDoubleFunction<Point> value) {
    String path =
        curves.get(index).points().stream()
            .map(
                point ->
                    Markdown.format(
                        "%.1f,%.1f",
                        x(left, point.threshold()), axis.y(value.applyAsDouble(point))))
            .collect(Collectors.joining(" "));
    svg.append(
        Markdown.format(
            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n",
            path, COLOURS[index]));
    for (Point point : curves.get(index).points()) {
      double x = x(left, point.threshold());
      marker(svg, index, x, axis.y(value.applyAsDouble(point)));
    }
  }

  /** Discs, and larger rings that show around a disc at the same place. */
  private static void marker(StringBuilder svg, int index, double x, double y) {
    svg.append(
        Markdown.format(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" fill=\"%s\" stroke=\"%s\""
                + " stroke-width=\"1.5\"/>\n",
            x, y, index == 0 ? "3.5" : "6", index == 0 ? COLOURS[0] : "none", COLOURS[index]));
  }

  private void legend(StringBuilder svg) {
    int y = BOTTOM + 75;
    int left = ERROR_LEFT;
    for (int i = 0; i < curves.size(); i++) {
      int row = y + 24 * i;
      svg.append(segment(left, row, left + 36, row, COLOURS[i], "\" stroke-width=\"2"));
      marker(svg, i, left + 18, row);
      text(svg, left + 46, row + 4, "start", "#000000", curves.get(i).label());
      svg.append(dashed(left + 180, row, left + 216, row, COLOURS[i], "8 5"));
      text(
          svg,
          left + 226,
          row + 4,
          "start",
          "#000000",
          "without decomposition, "
              + Markdown.format("%.1e", curves.get(i).errorWithoutDecomposition())
                  .replace("e-0", "e-"));
    }
    List<Level> shown = shownLevels(values(Point::error).min().orElseThrow());
    for (Level level : shown) {
      svg.append(dashed(SHARE_LEFT, y, SHARE_LEFT + 36, y, GREY, "2 4"));
      text(svg, SHARE_LEFT + 46, y + 4, "start", "#000000", label(level));
    }
    String below =
        levels.stream()
            .filter(level -> !shown.contains(level))
            .map(ThresholdPlot::label)
            .collect(Collectors.joining("; "));
    text(svg, SHARE_LEFT, y + 28, "start", "#000000", "Far below the axis: " + below);
  }

  private static String label(Level level) {
    return level.label() + ", " + Markdown.format("%.1e", level.error()).replace("e-0", "e-");
  }

  private static double x(int left, double threshold) {
    double part = (threshold - FIRST_THRESHOLD) / (LAST_THRESHOLD - FIRST_THRESHOLD);
    return left + part * PANEL_WIDTH;
  }

  private static void line(StringBuilder svg, int left, double y, String colour, String dashes) {
    svg.append(dashed(left, y, left + PANEL_WIDTH, y, colour, dashes));
  }

  private static String dashed(
      double x1, double y1, double x2, double y2, String colour, String dashes) {
    return segment(x1, y1, x2, y2, colour, "\" stroke-width=\"2\" stroke-dasharray=\"" + dashes);
  }

  private static String segment(
      double x1, double y1, double x2, double y2, String colour, String more) {
    return Markdown.format(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s%s\"/>\n",
        x1, y1, x2, y2, colour, more);
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String fill, String text) {
    svg.append(
        Markdown.format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n",
            x, y, anchor, fill, text));
  }
}
