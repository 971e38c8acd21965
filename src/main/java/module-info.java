/**
 * Octavo runs transformer models inside the JVM, in 8 bits.
 *
 * <p>The SIMD kernels need {@code --add-modules jdk.incubator.vector} on the command line; without
 * it the scalar kernels serve every operation.
 */
module io.octavo {
  requires transitive org.jspecify;
  requires org.slf4j;
  requires com.fasterxml.jackson.core;
  requires com.google.protobuf;
  requires static jdk.incubator.vector;

  exports io.octavo;
  exports io.octavo.error;
  exports io.octavo.tensor;
  exports io.octavo.parallel;
  exports io.octavo.kernel;
  exports io.octavo.softmax;
  exports io.octavo.normalize;
  exports io.octavo.quantize;
  exports io.octavo.layer;
  exports io.octavo.model;
  exports io.octavo.text;
  exports io.octavo.load;
  exports io.octavo.generate;
  exports io.octavo.chat;
}
