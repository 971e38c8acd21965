package io.octavo.layer;

import io.octavo.kernel.PanelMatrix;
import io.octavo.quantize.Absmax;

/**
 * A block in int8 by absmax: each token's key and value of a head has a constant of its own, so
 * that a number never depends on what else is in the block.
 */
final class CodeKeyValues implements KeyValueBlock {
  private static final int TOKENS = KeyValueLayout.TOKENS;
  private static final int WIDTH = PanelMatrix.WIDTH;

  private final KeyValueLayout layout;
  private final byte[] codes;
  private final float[] keySteps;
  private final float[] valueSteps;

  CodeKeyValues(KeyValueLayout layout) {
    this(
        layout,
        new byte[layout.size()],
        new float[layout.heads() * TOKENS],
        new float[layout.heads() * TOKENS]);
  }

  private CodeKeyValues(KeyValueLayout layout, byte[] codes, float[] keySteps, float[] valueSteps) {
    this.layout = layout;
    this.codes = codes;
    this.keySteps = keySteps;
    this.valueSteps = valueSteps;
  }

  @Override
  public void put(int head, int token, float[] x, int key, int value) {
    float largestKey = largest(x, key);
    float largestValue = largest(x, value);
    float keyScale = Absmax.scale(largestKey);
    float valueScale = Absmax.scale(largestValue);
    for (int d = 0; d < layout.headWidth(); d++) {
      codes[layout.key(head, token, d)] = (byte) Math.rint(x[key + d] * keyScale);
      codes[layout.value(head, token, d)] = (byte) Math.rint(x[value + d] * valueScale);
    }
    keySteps[head * TOKENS + token] = Absmax.step(largestKey);
    valueSteps[head * TOKENS + token] = Absmax.step(largestValue);
  }

  private float largest(float[] x, int offset) {
    float largest = 0f;
    for (int d = 0; d < layout.headWidth(); d++) {
      largest = Math.max(largest, Math.abs(x[offset + d]));
    }
    return largest;
  }

  @Override
  public float[] read(int head, float[] target) {
    int first = head * layout.head();
    int steps = head * TOKENS;
    for (int d = 0; d < layout.headWidth(); d++) {
      for (int token = 0; token < TOKENS; token++) {
        target[d * TOKENS + token] = codes[first + d * TOKENS + token] * keySteps[steps + token];
      }
    }
    int values = layout.keys();
    for (int panel = 0; panel < PanelMatrix.panels(layout.headWidth()); panel++) {
      for (int token = 0; token < TOKENS; token++) {
        int at = values + (panel * TOKENS + token) * WIDTH;
        float step = valueSteps[steps + token];
        for (int d = 0; d < WIDTH; d++) {
          target[at + d] = codes[first + at + d] * step;
        }
      }
    }
    return target;
  }

  @Override
  public int offset(int head) {
    return 0;
  }

  @Override
  public KeyValueBlock copy() {
    return new CodeKeyValues(layout, codes.clone(), keySteps.clone(), valueSteps.clone());
  }

  @Override
  public long bytes() {
    return codes.length + (long) (keySteps.length + valueSteps.length) * Float.BYTES;
  }
}
