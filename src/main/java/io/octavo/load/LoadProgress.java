package io.octavo.load;

/** Told how far a load has come; called on the loading thread. */
@FunctionalInterface
public interface LoadProgress {
  /** Tells nobody. */
  LoadProgress NONE = (part, done, total) -> {};

  /**
   * Called before each part of the model is read, and once at the end with {@code done == total}.
   *
   * @param part what is read next; empty at the end
   * @param done parts done
   * @param total parts in all
   */
  void progress(String part, int done, int total);
}
