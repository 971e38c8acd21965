package io.octavo.model;

import io.octavo.layer.Workspace;

/**
 * What one forward pass of an {@link Encoder} writes to; kept for the next. Used by one thread at a
 * time.
 */
public final class EncoderSession {
  private final EncoderDescriptor descriptor;
  private final Workspace workspace;
  private float[] hidden = new float[0];
  private float[] projected = new float[0];
  private float[] mixed = new float[0];
  private float[] expanded = new float[0];

  /** A session for a model of that shape and teams of up to {@code workers} workers. */
  public EncoderSession(EncoderDescriptor descriptor, int workers) {
    this.descriptor = descriptor;
    this.workspace = new Workspace(workers);
  }

  void prepare(int tokens) {
    if (hidden.length < tokens * descriptor.width()) {
      hidden = new float[tokens * descriptor.width()];
      projected = new float[tokens * descriptor.width() * 3];
      mixed = new float[tokens * descriptor.width()];
      expanded = new float[tokens * descriptor.feedForwardWidth()];
    }
  }

  /** Working memory of the layers, and their team. */
  public Workspace workspace() {
    return workspace;
  }

  /** The residual stream {@code [tokens, width]}; the token outputs once the pass has ended. */
  public float[] hidden() {
    return hidden;
  }

  float[] projected() {
    return projected;
  }

  float[] mixed() {
    return mixed;
  }

  float[] expanded() {
    return expanded;
  }
}
