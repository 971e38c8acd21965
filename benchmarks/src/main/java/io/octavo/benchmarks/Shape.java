package io.octavo.benchmarks;

/**
 * The shape of a matrix product.
 *
 * @param rows rows of activations
 * @param inputs input features
 * @param outputs output features
 */
record Shape(int rows, int inputs, int outputs) {
  /** Reads {@code rows x inputs x outputs}, for example {@code 96x384x1536}. */
  static Shape parse(String text) {
    String[] parts = text.split("x", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(text + " is not a shape like 96x384x1536");
    }
    return new Shape(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }

  long macs() {
    return (long) rows * inputs * outputs;
  }
}
