package io.octavo.model;

/**
 * Where a decoder's block normalizes and what it adds to what. {@code f} is attention, {@code g}
 * the feed-forward part, {@code N} a norm, which is nothing where a model has none at that place.
 */
public enum BlockPlacement {
  /**
   * {@code x += N2(f(N1 x)); x += N4(g(N3 x))}: pre-norm where the norms of the outputs are absent
   * (GPT-2, LLaMA), sandwich or Peri-LN with all of them (Gemma 2), output norms alone (OLMo 2).
   */
  SEQUENTIAL,
  /**
   * {@code x = N2(gain * x + f(x)); x = N4(gain * x + g(x))}: post-norm with a gain of 1 (OPT-350M,
   * the first layers of Mix-LN), DeepNet with another.
   */
  POST,
  /**
   * {@code x += f(N1 x) + g(N3 x)}, where {@code g} shares the first norm if it has none of its own
   * (GPT-J, CodeGen; GPT-NeoX with two).
   */
  PARALLEL,
  /**
   * {@code a = N1 x; h = gain * a + f(a); m = N3 h; x = gain * m + g(m)} (GLM-130B; BLOOM's variant
   * whose residuals are normalized, with a gain of 1).
   */
  DEEP
}
