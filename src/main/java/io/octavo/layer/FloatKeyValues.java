package io.octavo.layer;

/** A block in float32, read where it is. */
final class FloatKeyValues implements KeyValueBlock {
  private final KeyValueLayout layout;
  private final float[] numbers;

  FloatKeyValues(KeyValueLayout layout) {
    this(layout, new float[layout.size()]);
  }

  private FloatKeyValues(KeyValueLayout layout, float[] numbers) {
    this.layout = layout;
    this.numbers = numbers;
  }

  @Override
  public void put(int head, int token, float[] x, int key, int value) {
    for (int d = 0; d < layout.headWidth(); d++) {
      numbers[layout.key(head, token, d)] = x[key + d];
      numbers[layout.value(head, token, d)] = x[value + d];
    }
  }

  @Override
  public float[] read(int head, float[] target) {
    return numbers;
  }

  @Override
  public int offset(int head) {
    return head * layout.head();
  }

  @Override
  public KeyValueBlock copy() {
    return new FloatKeyValues(layout, numbers.clone());
  }

  @Override
  public long bytes() {
    return (long) numbers.length * Float.BYTES;
  }
}
