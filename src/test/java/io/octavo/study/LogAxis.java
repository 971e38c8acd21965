package io.octavo.study;

import java.util.ArrayList;
import java.util.List;

/**
 * A vertical logarithmic axis with ticks at 1, 2 and 5 times the powers of ten.
 *
 * @param least value at the bottom
 * @param most value at the top
 * @param bottom y of the bottom
 * @param top y of the top
 */
record LogAxis(double least, double most, double bottom, double top) {
  private static final int[] STEPS = {1, 2, 5};

  /** From the tick below {@code min} to the tick above {@code max}. */
  static LogAxis around(double min, double max, double bottom, double top) {
    double least = 0;
    double most = Double.POSITIVE_INFINITY;
    for (double tick : allTicks()) {
      if (tick < min) {
        least = tick;
      }
      if (tick > max) {
        most = Math.min(most, tick);
      }
    }
    return new LogAxis(least, most, bottom, top);
  }

  double y(double value) {
    double part = Math.log(value / least) / Math.log(most / least);
    return bottom + part * (top - bottom);
  }

  List<Double> ticks() {
    return allTicks().stream().filter(tick -> tick >= least && tick <= most).toList();
  }

  private static List<Double> allTicks() {
    List<Double> ticks = new ArrayList<>();
    for (int exponent = -12; exponent <= 3; exponent++) {
      for (int step : STEPS) {
        ticks.add(Double.parseDouble(step + "e" + exponent));
      }
    }
    return ticks;
  }
}
