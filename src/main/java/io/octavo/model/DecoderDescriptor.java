package io.octavo.model;

import io.octavo.kernel.Activation;
import io.octavo.kernel.PanelMatrix;
import io.octavo.layer.Rotary;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape of a decoder. Which norms, biases and projections there are, its {@link DecoderWeights}
 * say.
 *
 * @param width features of a token between the blocks
 * @param positions longest sequence
 * @param embedding what becomes of token ids
 * @param block how a block is put together, but for layers that say so themselves
 * @param attention what is the same for the attention of all layers
 * @param feedForward the feed-forward part
 * @param norm every norm
 * @param logitCap bound of the logits, which become {@code cap * tanh(logit / cap)}; 0 for none
 * @param layers what differs from layer to layer
 */
public record DecoderDescriptor(
    int width,
    int positions,
    EmbeddingShape embedding,
    BlockShape block,
    AttentionShape attention,
    FeedForwardShape feedForward,
    NormShape norm,
    float logitCap,
    List<LayerShape> layers)
    implements ModelShape {

  /** Keeps an immutable copy of the list. */
  public DecoderDescriptor {
    layers = List.copyOf(layers);
    if (width < 1 || positions < 1 || layers.isEmpty()) {
      throw new IllegalArgumentException("A decoder needs at least one of everything");
    }
  }

  @Override
  public int depth() {
    return layers.size();
  }

  /** This shape with other layers. */
  public DecoderDescriptor withLayers(List<LayerShape> value) {
    return new DecoderDescriptor(
        width, positions, embedding, block, attention, feedForward, norm, logitCap, value);
  }

  /** How the block of a layer is put together. */
  public BlockShape block(int layer) {
    BlockShape own = layers.get(layer).block();
    return own == null ? block : own;
  }

  /**
   * What becomes of token ids.
   *
   * @param vocabulary token ids
   * @param width features of a row; where it is not the decoder's, a projection leads there
   * @param scale factor of a row
   * @param positionOffset row of the learned positions that the first token gets; -1 for a model
   *     without learned positions
   */
  public record EmbeddingShape(int vocabulary, int width, float scale, int positionOffset) {
    /** Without a factor, and without learned positions. */
    public static EmbeddingShape plain(int vocabulary, int width) {
      return new EmbeddingShape(vocabulary, width, 1f, -1);
    }
  }

  /**
   * How a block is put together.
   *
   * @param placement where it normalizes and adds
   * @param gain of the residual, where the placement has one
   * @param normGain factor of the outputs of the norms before attention and feed-forward part: 1,
   *     but for LayerNorm Scaling, where it is {@code 1 / sqrt(layer)} with layers counted from 1
   */
  public record BlockShape(BlockPlacement placement, float gain, double normGain) {
    /** A placement without a gain of norms. */
    public BlockShape(BlockPlacement placement, float gain) {
      this(placement, gain, 1);
    }

    /** A placement without a gain. */
    public static BlockShape of(BlockPlacement placement) {
      return new BlockShape(placement, 1f);
    }
  }

  /**
   * Attention.
   *
   * @param heads heads of queries
   * @param keyValueHeads heads of keys and values, which divide those
   * @param headWidth features of a head
   * @param scale factor of the scores
   * @param cap bound of the scores, as of the logits; 0 for none
   * @param linearBias whether scores have ALiBi's biases
   */
  public record AttentionShape(
      int heads, int keyValueHeads, int headWidth, float scale, float cap, boolean linearBias) {
    /** Refuses shapes that contradict themselves. */
    public AttentionShape {
      if (heads < 1 || keyValueHeads < 1 || heads % keyValueHeads != 0) {
        throw new IllegalArgumentException(
            keyValueHeads + " heads of keys for " + heads + " heads of queries");
      }
      if (headWidth < 1 || headWidth > PanelMatrix.BLOCK) {
        throw new IllegalArgumentException("A head of " + headWidth + " features");
      }
    }

    /** Scores divided by the root of the head's width, neither cap nor biases. */
    public static AttentionShape plain(int heads, int keyValueHeads, int headWidth) {
      return new AttentionShape(
          heads, keyValueHeads, headWidth, (float) (1 / Math.sqrt(headWidth)), 0f, false);
    }

    /** This shape with ALiBi's biases. */
    public AttentionShape withLinearBias() {
      return new AttentionShape(heads, keyValueHeads, headWidth, scale, cap, true);
    }

    /** This shape with another factor of the scores. */
    public AttentionShape withScale(double value) {
      return new AttentionShape(heads, keyValueHeads, headWidth, (float) value, cap, linearBias);
    }

    /** Features of all queries of a token. */
    public int queryWidth() {
      return heads * headWidth;
    }

    /** Features of all keys of a token, and of all values. */
    public int keyValueWidth() {
      return keyValueHeads * headWidth;
    }
  }

  /**
   * The feed-forward part: {@code W2 activation(W1 x)}, or with a gate {@code W2 (activation(Wg x)
   * * (Wu x))}.
   *
   * @param width features between its linear layers
   * @param gated whether there is a gate
   * @param activation of the gate, or else between the two
   */
  public record FeedForwardShape(int width, boolean gated, Activation activation) {}

  /**
   * Every norm.
   *
   * @param kind which normalization
   * @param epsilon of all
   * @param groups of PowerNorm's group scaling; 0 for none
   */
  public record NormShape(NormKind kind, double epsilon, int groups) {
    /** Norms without group scaling. */
    public NormShape(NormKind kind, double epsilon) {
      this(kind, epsilon, 0);
    }
  }

  /**
   * What differs from layer to layer.
   *
   * @param window how many tokens a token sees, itself included; {@link Integer#MAX_VALUE} for all
   *     before it
   * @param rotary rotary positions; null for none
   * @param block how its block is put together; null for what all layers have
   */
  public record LayerShape(int window, @Nullable Rotary rotary, @Nullable BlockShape block) {
    /** A layer whose block is put together as that of all. */
    public LayerShape(int window, @Nullable Rotary rotary) {
      this(window, rotary, null);
    }

    /** This layer with a block of its own. */
    public LayerShape withBlock(BlockShape value) {
      return new LayerShape(window, rotary, value);
    }

    /** Layers that see all tokens. */
    public static List<LayerShape> same(int layers, @Nullable Rotary rotary) {
      return Collections.nCopies(layers, new LayerShape(Integer.MAX_VALUE, rotary));
    }
  }
}
