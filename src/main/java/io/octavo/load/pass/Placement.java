package io.octavo.load.pass;

/** Where a branch {@code f} of a block normalizes and what it adds to what. */
public enum Placement {
  /** {@code x += f(N x)}; also of parallel blocks and with LayerNorm Scaling. */
  PRE("pre-norm"),
  /** {@code x = N(x + f(x))}, the residual with or without a gain (DeepNet). */
  POST("post-norm"),
  /** {@code x += M(f(N x))}: Peri-LN, Gemma 2, OLMo 2. */
  SANDWICH("sandwich"),
  /** {@code a = N x; x = gain * a + f(a)}: GLM-130B. */
  DEEP("deep-norm of GLM's order");

  private final String title;

  Placement(String title) {
    this.title = title;
  }

  /** As a message calls it. */
  String title() {
    return title;
  }

  /** Whether the norm's output goes into the stream itself, not only into linear layers. */
  boolean normFeedsStream() {
    return this == POST || this == DEEP;
  }
}
