package io.octavo.benchmarks;

/** An encoder with its input at hand. */
interface EncoderEngine extends AutoCloseable {
  /** Computes the outputs of all tokens and returns them on the heap. */
  Object tokenOutputs();

  @Override
  void close();
}
