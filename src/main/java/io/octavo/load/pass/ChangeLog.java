package io.octavo.load.pass;

/** Takes what a pass did. */
@FunctionalInterface
public interface ChangeLog {
  /**
   * A tensor was changed.
   *
   * @param name the layer's, embedding's or norm's name
   * @param change what was done
   */
  void changed(String name, String change);
}
