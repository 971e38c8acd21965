package io.octavo.benchmarks;

/**
 * A linear vertical axis from zero.
 *
 * @param step between two ticks
 * @param ticks above zero
 * @param bottom y of zero
 * @param top y of the last tick
 */
record Scale(double step, int ticks, double bottom, double top) {
  private static final int MOST_TICKS = 6;
  private static final double[] STEPS = {1, 2, 2.5, 5, 10};

  /** With round ticks, the last of them at or above {@code largest}. */
  static Scale upTo(double largest, double bottom, double top) {
    double reach = largest > 0 ? largest : 1;
    double power = Math.pow(10, Math.floor(Math.log10(reach / MOST_TICKS)));
    for (double factor : STEPS) {
      double step = factor * power;
      int ticks = (int) Math.ceil(reach / step);
      if (ticks <= MOST_TICKS) {
        return new Scale(step, ticks, bottom, top);
      }
    }
    throw new IllegalArgumentException("No axis reaches " + largest);
  }

  double y(double value) {
    return bottom + value / (step * ticks) * (top - bottom);
  }

  /** Draws the axis and its grid. */
  void draw(Svg svg, int left, int width) {
    for (int tick = 0; tick <= ticks; tick++) {
      double y = y(tick * step);
      svg.line(left, y, left + width, y, tick == 0 ? Svg.BLACK : Svg.GREY, 1);
      String label = Markdown.format("%.3f", tick * step).replaceAll("\\.?0+$", "");
      svg.label(left - 8, y + 4, "end", label.isEmpty() ? "0" : label);
    }
    svg.line(left, bottom, left, top, Svg.BLACK, 1);
  }
}
