package io.octavo.model;

import io.octavo.layer.KeyValueCache;
import io.octavo.layer.Rotary;
import io.octavo.layer.Workspace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one pass of a {@link Decoder} reads and writes: tokens of one or several sequences, one
 * sequence after the other, and working memory, which grows to what it is asked for and is kept for
 * the next pass. Used by one thread at a time.
 */
final class DecoderPass {
  private final DecoderDescriptor descriptor;
  private final Workspace workspace;
  private final List<KeyValueCache> caches = new ArrayList<>();
  private final Map<Rotary, Angles> angles = new HashMap<>();
  private int[] ids = new int[0];
  private int[] starts = new int[1];
  private int[] positions = new int[0];
  private float[] hidden = new float[0];
  private float[] normed = new float[0];
  private float[] projected = new float[0];
  private float[] mixed = new float[0];
  private float[] change = new float[0];
  private float[] secondChange = new float[0];
  private float[] expanded = new float[0];
  private float[] gated = new float[0];

  /**
   * The cosines and sines of a pass.
   *
   * @param cosines {@code [tokens, width / 2]}
   * @param sines as many
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Angles(float[] cosines, float[] sines) {}

  DecoderPass(DecoderDescriptor descriptor, int workers) {
    this.descriptor = descriptor;
    this.workspace = new Workspace(workers);
  }

  /**
   * Takes the tokens of a pass.
   *
   * @param parts what is appended to which sequences
   */
  void begin(List<Part> parts) {
    int tokens = parts.stream().mapToInt(part -> part.last - part.first).sum();
    prepare(tokens);
    caches.clear();
    angles.clear();
    ids = new int[tokens];
    positions = new int[tokens];
    int[] lengths = new int[tokens];
    starts = new int[parts.size() + 1];
    for (int sequence = 0; sequence < parts.size(); sequence++) {
      Part part = parts.get(sequence);
      int count = part.last - part.first;
      int start = starts[sequence];
      caches.add(part.cache);
      System.arraycopy(part.ids, part.first, ids, start, count);
      for (int i = 0; i < count; i++) {
        positions[start + i] = part.cache.length() + i;
        lengths[start + i] = part.length;
      }
      part.cache.reserve(part.cache.length() + count);
      starts[sequence + 1] = start + count;
    }
    for (DecoderDescriptor.LayerShape layer : descriptor.layers()) {
      Rotary rotary = layer.rotary();
      if (rotary != null && !angles.containsKey(rotary)) {
        int size = tokens * rotary.width() / 2;
        Angles computed = new Angles(new float[size], new float[size]);
        rotary.angles(positions, lengths, computed.cosines, computed.sines);
        angles.put(rotary, computed);
      }
    }
  }

  /**
   * Tokens that a pass appends to a sequence.
   *
   * @param cache of the sequence
   * @param ids token ids
   * @param first of them, the first that is appended
   * @param last the one behind the last
   * @param length of the sequence once all of {@code ids} are appended
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Part(KeyValueCache cache, int[] ids, int first, int last, int length) {}

  private void prepare(int tokens) {
    int width = descriptor.width();
    if (hidden.length < tokens * width) {
      DecoderDescriptor.AttentionShape attention = descriptor.attention();
      int inner = descriptor.feedForward().width();
      hidden = new float[tokens * width];
      normed = new float[tokens * width];
      projected = new float[tokens * (attention.queryWidth() + 2 * attention.keyValueWidth())];
      mixed = new float[tokens * attention.queryWidth()];
      change = new float[tokens * width];
      boolean parallel = false;
      for (int layer = 0; layer < descriptor.layers().size(); layer++) {
        parallel |= descriptor.block(layer).placement() == BlockPlacement.PARALLEL;
      }
      secondChange = new float[parallel ? tokens * width : 0];
      expanded = new float[tokens * inner * (descriptor.feedForward().gated() ? 2 : 1)];
      gated = new float[descriptor.feedForward().gated() ? tokens * inner : 0];
    }
  }

  /** Counts the tokens as held by their sequences. */
  void advance() {
    for (int sequence = 0; sequence < caches.size(); sequence++) {
      KeyValueCache cache = caches.get(sequence);
      cache.advance(cache.length() + starts[sequence + 1] - starts[sequence]);
    }
  }

  Workspace workspace() {
    return workspace;
  }

  int tokens() {
    return ids.length;
  }

  int[] ids() {
    return ids;
  }

  int[] starts() {
    return starts;
  }

  int[] positions() {
    return positions;
  }

  List<KeyValueCache> caches() {
    return caches;
  }

  Angles angles(Rotary rotary) {
    Angles computed = angles.get(rotary);
    if (computed == null) {
      throw new IllegalStateException("no layer of the descriptor has " + rotary);
    }
    return computed;
  }

  /** The residual stream, {@code [tokens, width]}. */
  float[] hidden() {
    return hidden;
  }

  float[] normed() {
    return normed;
  }

  float[] projected() {
    return projected;
  }

  float[] mixed() {
    return mixed;
  }

  float[] change() {
    return change;
  }

  float[] secondChange() {
    return secondChange;
  }

  float[] expanded() {
    return expanded;
  }

  float[] gated() {
    return gated;
  }
}
