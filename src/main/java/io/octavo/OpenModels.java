package io.octavo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/** The models of this process that are loaded and not closed, for {@link Octavo#diagnostics()}. */
final class OpenModels {
  /** Weak, so that a model nobody closed can still go. */
  private static final Set<ModelInUse> MODELS =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private OpenModels() {}

  static void add(ModelInUse model) {
    MODELS.add(model);
  }

  static void remove(ModelInUse model) {
    MODELS.remove(model);
  }

  /** A line for each. */
  static List<String> lines() {
    List<ModelInUse> models;
    synchronized (MODELS) {
      models = new ArrayList<>(MODELS);
    }
    return models.stream().map(ModelInUse::toString).sorted().toList();
  }
}
