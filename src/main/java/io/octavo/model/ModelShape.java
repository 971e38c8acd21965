package io.octavo.model;

/** The shape of a model. */
public sealed interface ModelShape permits EncoderDescriptor, DecoderDescriptor {
  /** Number of layers. */
  int depth();

  /** Features of a token between the layers. */
  int width();

  /** Longest sequence, in tokens. */
  int positions();
}
