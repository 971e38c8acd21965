package io.octavo.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * A panel of curves over categories: lengths, rows and the like, spaced evenly.
 *
 * @param title above the panel
 * @param categories below it
 * @param axis what the categories are
 * @param curves values by name, one for each category; 0 for none
 */
record LinePanel(String title, List<String> categories, String axis, Map<String, double[]> curves) {
  static final int HEIGHT = 400;
  private static final int TOP = 50;
  private static final int BOTTOM = 290;
  private static final int LEGEND = 350;
  private static final int LEGEND_COLUMN = 150;
  private static final double MARGIN = 1.05;

  /** Draws the panel; {@code level} is a line across it, 0 for none. */
  void draw(Svg svg, int left, int width, double level) {
    double largest = level;
    for (double[] values : curves.values()) {
      for (double value : values) {
        largest = Math.max(largest, value);
      }
    }
    Scale scale = Scale.upTo(largest * MARGIN, BOTTOM, TOP);
    svg.title(left, TOP - 20, title);
    scale.draw(svg, left, width);
    for (int i = 0; i < categories.size(); i++) {
      svg.line(x(left, width, i), BOTTOM, x(left, width, i), BOTTOM + 5, Svg.BLACK, 1);
      svg.label(x(left, width, i), BOTTOM + 20, "middle", categories.get(i));
    }
    svg.label(left + width / 2.0, BOTTOM + 40, "middle", axis);
    if (level > 0) {
      svg.line(left, scale.y(level), left + width, scale.y(level), "#555555", 1.5, "6 4");
    }
    int index = 0;
    for (Map.Entry<String, double[]> curve : curves.entrySet()) {
      String colour = Svg.COLOURS[index % Svg.COLOURS.length];
      draw(svg, scale, left, width, curve.getValue(), colour);
      int legendX = left + index % 2 * LEGEND_COLUMN;
      int legendY = LEGEND + index / 2 * 20;
      svg.line(legendX, legendY, legendX + 26, legendY, colour, 2);
      svg.disc(legendX + 13, legendY, colour);
      svg.label(legendX + 34, legendY + 4, "start", curve.getKey());
      index++;
    }
  }

  private void draw(Svg svg, Scale scale, int left, int width, double[] values, String colour) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] <= 0) {
        continue;
      }
      svg.disc(x(left, width, i), scale.y(values[i]), colour);
      if (i > 0 && values[i - 1] > 0) {
        svg.line(
            x(left, width, i - 1),
            scale.y(values[i - 1]),
            x(left, width, i),
            scale.y(values[i]),
            colour,
            2);
      }
    }
  }

  private double x(int left, int width, int category) {
    return left + width * (category + 0.5) / categories.size();
  }
}
