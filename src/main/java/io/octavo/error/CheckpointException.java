package io.octavo.error;

import org.jspecify.annotations.Nullable;

/** A file that is unreadable, damaged, or contradicts itself. */
public final class CheckpointException extends OctavoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param file the file, as the user named it
   * @param place where in the file: a tensor's name, a byte offset, a JSON path; empty if the whole
   * @param problem what is wrong and what to do
   */
  public CheckpointException(String file, String place, String problem) {
    this(file, place, problem, null);
  }

  /** As {@link #CheckpointException(String, String, String)}, with the exception behind it. */
  public CheckpointException(String file, String place, String problem, @Nullable Throwable cause) {
    super(file + (place.isEmpty() ? "" : " (" + shown(place) + ")") + ": " + shown(problem), cause);
  }
}
