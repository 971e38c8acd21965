package io.octavo.error;

import org.jspecify.annotations.Nullable;

/** A load that was ended because its caller asked for it. */
public final class LoadCancelledException extends OctavoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param source what was being loaded
   */
  public LoadCancelledException(String source) {
    this(source, null);
  }

  /** As {@link #LoadCancelledException(String)}, with the exception that the interrupt caused. */
  public LoadCancelledException(String source, @Nullable Throwable cause) {
    super(source + ": the load was cancelled", cause);
  }
}
