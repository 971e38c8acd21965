package io.octavo.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A command line of {@code --name value} pairs and files.
 *
 * @param values by name, without the hyphens
 * @param files the rest
 */
record Options(Map<String, String> values, List<String> files) {
  static Options parse(String[] args) {
    Map<String, String> values = new HashMap<>();
    List<String> files = new ArrayList<>();
    for (int i = 0; i < args.length; i++) {
      if (!args[i].startsWith("--")) {
        files.add(args[i]);
      } else if (i + 1 < args.length) {
        values.put(args[i].substring(2), args[++i]);
      } else {
        throw new IllegalArgumentException(args[i] + " lacks its value");
      }
    }
    return new Options(values, files);
  }

  String get(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("--" + name + " is missing");
    }
    return value;
  }
}
