package io.octavo.layer;

/** A block in float16, rounded to nearest even. */
final class HalfKeyValues implements KeyValueBlock {
  private final KeyValueLayout layout;
  private final short[] numbers;

  HalfKeyValues(KeyValueLayout layout) {
    this(layout, new short[layout.size()]);
  }

  private HalfKeyValues(KeyValueLayout layout, short[] numbers) {
    this.layout = layout;
    this.numbers = numbers;
  }

  @Override
  public void put(int head, int token, float[] x, int key, int value) {
    for (int d = 0; d < layout.headWidth(); d++) {
      numbers[layout.key(head, token, d)] = Float.floatToFloat16(x[key + d]);
      numbers[layout.value(head, token, d)] = Float.floatToFloat16(x[value + d]);
    }
  }

  @Override
  public float[] read(int head, float[] target) {
    int first = head * layout.head();
    int count = layout.head();
    for (int i = 0; i < count; i++) {
      target[i] = Float.float16ToFloat(numbers[first + i]);
    }
    return target;
  }

  @Override
  public int offset(int head) {
    return 0;
  }

  @Override
  public KeyValueBlock copy() {
    return new HalfKeyValues(layout, numbers.clone());
  }

  @Override
  public long bytes() {
    return (long) numbers.length * Short.BYTES;
  }
}
