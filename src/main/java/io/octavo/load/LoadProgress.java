package io.octavo.load;

/** Told how far a load or an export has come; called on the thread that does it. */
@FunctionalInterface
public interface LoadProgress {
  /** Tells nobody. */
  LoadProgress NONE = (part, done, total) -> {};

  /**
   * Called before each part of the model is read or written, and once at the end with {@code done
   * == total}.
   *
   * @param part what is next; empty at the end
   * @param done parts done
   * @param total parts in all
   */
  void progress(String part, int done, int total);
}
