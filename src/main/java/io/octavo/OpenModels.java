package io.octavo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/** The models of this process that are loaded and not closed, for {@link Octavo#diagnostics()}. */
final class OpenModels {
  /** Weak, so that a model nobody closed can still go. */
  private static final Set<LoadedEncoder> MODELS =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private OpenModels() {}

  static void add(LoadedEncoder model) {
    MODELS.add(model);
  }

  static void remove(LoadedEncoder model) {
    MODELS.remove(model);
  }

  /** A line for each. */
  static List<String> lines() {
    List<LoadedEncoder> models;
    synchronized (MODELS) {
      models = new ArrayList<>(MODELS);
    }
    return models.stream().map(LoadedEncoder::toString).sorted().toList();
  }
}
