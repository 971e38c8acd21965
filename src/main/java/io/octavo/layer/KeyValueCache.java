package io.octavo.layer;

import io.octavo.tensor.DType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The keys and values of a sequence in all layers, in blocks of tokens at fixed positions. It grows
 * by blocks, so that nothing is copied; a fork shares the blocks that are there, and whoever writes
 * to a shared one gets a copy of it first. Used by one pass at a time; forks may be used beside
 * each other.
 */
public final class KeyValueCache {
  private final int layers;
  private final KeyValueLayout layout;
  private final DType type;
  private final List<List<KeyValueBlock>> blocks;
  private final BitSet shared;
  private int length;

  private KeyValueCache(
      int layers,
      KeyValueLayout layout,
      DType type,
      List<List<KeyValueBlock>> blocks,
      BitSet shared,
      int length) {
    this.layers = layers;
    this.layout = layout;
    this.type = type;
    this.blocks = blocks;
    this.shared = shared;
    this.length = length;
  }

  /**
   * An empty cache.
   *
   * @param layers number of layers
   * @param heads heads of keys and values
   * @param headWidth features of a head
   * @param type {@link DType#F32}, {@link DType#F16}, or {@link DType#I8}, by absmax for each head
   *     and token
   * @throws IllegalArgumentException if {@code type} is another
   */
  public static KeyValueCache empty(int layers, int heads, int headWidth, DType type) {
    if (type == DType.BF16) {
      throw new IllegalArgumentException("Keys and values are kept in F32, F16 or I8");
    }
    return new KeyValueCache(
        layers, new KeyValueLayout(heads, headWidth), type, new ArrayList<>(), new BitSet(), 0);
  }

  /** Tokens it holds. */
  public int length() {
    return length;
  }

  /** How a number is kept. */
  public DType type() {
    return type;
  }

  /** Bytes of its blocks, those included that it shares. */
  public long bytes() {
    long bytes = 0;
    for (List<KeyValueBlock> block : blocks) {
      for (KeyValueBlock part : block) {
        bytes += part.bytes();
      }
    }
    return bytes;
  }

  /** A cache of its own with the same tokens. */
  public KeyValueCache fork() {
    shared.set(0, blocks.size());
    return new KeyValueCache(
        layers, layout, type, new ArrayList<>(blocks), (BitSet) shared.clone(), length);
  }

  /**
   * Forgets all tokens but the first.
   *
   * @param tokens how many stay
   * @throws IllegalArgumentException if there are not so many
   */
  public void rewind(int tokens) {
    if (tokens < 0 || tokens > length) {
      throw new IllegalArgumentException("Back to " + tokens + " tokens of " + length);
    }
    length = tokens;
    int kept = blocks(tokens);
    blocks.subList(kept, blocks.size()).clear();
    shared.clear(kept, Math.max(kept, shared.length()));
  }

  /** Makes room for the tokens from {@link #length()} to {@code tokens}. */
  public void reserve(int tokens) {
    for (int index = length / KeyValueLayout.TOKENS; index < blocks(tokens); index++) {
      if (index == blocks.size()) {
        List<KeyValueBlock> block = new ArrayList<>(layers);
        for (int layer = 0; layer < layers; layer++) {
          block.add(newBlock());
        }
        blocks.add(block);
      } else if (shared.get(index)) {
        blocks.set(index, new ArrayList<>(blocks.get(index).stream().map(b -> b.copy()).toList()));
        shared.clear(index);
      }
    }
  }

  /** Counts the tokens up to {@code tokens} as held, once all layers have put theirs. */
  public void advance(int tokens) {
    length = tokens;
  }

  /** Puts a token's key and value of a head in their place, for which there is room. */
  void put(int layer, int position, int head, float[] x, int key, int value) {
    block(layer, position / KeyValueLayout.TOKENS)
        .put(head, position % KeyValueLayout.TOKENS, x, key, value);
  }

  /** The block of a layer that begins with token {@code index * TOKENS}. */
  KeyValueBlock block(int layer, int index) {
    return blocks.get(index).get(layer);
  }

  KeyValueLayout layout() {
    return layout;
  }

  private static int blocks(int tokens) {
    return (tokens + KeyValueLayout.TOKENS - 1) / KeyValueLayout.TOKENS;
  }

  private KeyValueBlock newBlock() {
    return switch (type) {
      case F32 -> new FloatKeyValues(layout);
      case F16 -> new HalfKeyValues(layout);
      case I8 -> new CodeKeyValues(layout);
      case BF16 -> throw new IllegalStateException("refused by empty");
    };
  }
}
