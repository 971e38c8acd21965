package io.octavo.model;

/** Told how far the building of a model has come. */
@FunctionalInterface
public interface BuildProgress {
  /**
   * Called before a tensor is read, on the loading thread.
   *
   * @param tensor its role
   * @param done steps done
   * @param total steps in all
   */
  void step(String tensor, int done, int total);
}
