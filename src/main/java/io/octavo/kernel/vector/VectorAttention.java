package io.octavo.kernel.vector;

import io.octavo.kernel.AttentionParts;

/** Attention on the Vector API. */
public final class VectorAttention {
  private VectorAttention() {}

  /** Its parts. */
  public static AttentionParts parts() {
    return new AttentionParts(
        FmaTile::multiply, new VectorBlockWeights(), new VectorWeightedValues());
  }
}
