package io.octavo.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Groups of bars of percentages. */
final class BarChart {
  private static final int WIDTH = 920;
  private static final int HEIGHT = 400;
  private static final int LEFT = 60;
  private static final int RIGHT = 900;
  private static final int TOP = 50;
  private static final int BOTTOM = 310;
  private static final int LEGEND = 365;

  /** Part of a group's place that its bars take. */
  private static final double FILLED = 0.8;

  private BarChart() {}

  /** Draws values by group and, within it, by name. */
  static String draw(String title, Map<String, Map<String, Double>> groups) {
    List<String> names = new ArrayList<>();
    for (Map<String, Double> group : groups.values()) {
      group.keySet().stream().filter(name -> !names.contains(name)).forEach(names::add);
    }
    double largest =
        groups.values().stream()
            .flatMap(group -> group.values().stream())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(0);
    Scale scale = Scale.upTo(Math.max(100, largest), BOTTOM, TOP);
    Svg svg = new Svg(WIDTH, HEIGHT, title);
    svg.title(LEFT, TOP - 20, title);
    scale.draw(svg, LEFT, RIGHT - LEFT);
    double place = (RIGHT - LEFT) / (double) groups.size();
    double bar = place * FILLED / names.size();
    double left = LEFT;
    for (Map.Entry<String, Map<String, Double>> group : groups.entrySet()) {
      for (int i = 0; i < names.size(); i++) {
        double value = group.getValue().getOrDefault(names.get(i), 0.0);
        double x = left + place * (1 - FILLED) / 2 + i * bar;
        svg.bar(x, scale.y(value), bar - 1, BOTTOM - scale.y(value), colour(i));
      }
      svg.label(left + place / 2, BOTTOM + 20, "middle", group.getKey());
      left += place;
    }
    svg.label((LEFT + RIGHT) / 2.0, BOTTOM + 40, "middle", "rows x inputs x outputs");
    for (int i = 0; i < names.size(); i++) {
      svg.bar(LEFT + i * 100, LEGEND, 14, 14, colour(i));
      svg.label(LEFT + i * 100 + 20, LEGEND + 12, "start", names.get(i));
    }
    return svg.finish();
  }

  private static String colour(int index) {
    return Svg.COLOURS[index % Svg.COLOURS.length];
  }
}
