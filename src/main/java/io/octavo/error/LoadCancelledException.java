package io.octavo.error;

/** A load that was ended because its caller asked for it. */
public final class LoadCancelledException extends OctavoException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param source what was being loaded
   */
  public LoadCancelledException(String source) {
    super(source + ": the load was cancelled", null);
  }
}
