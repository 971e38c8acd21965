package io.octavo.model;

import io.octavo.kernel.Activation;
import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.Kernels;
import io.octavo.layer.Embedding;
import io.octavo.layer.FloatLinear;
import io.octavo.layer.LinearFormat;
import io.octavo.layer.Rotary;
import io.octavo.normalize.Normalization;
import io.octavo.parallel.Team;
import io.octavo.quantize.RowPreparation;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of any placement, positions and feed-forward part that a {@link DecoderDescriptor}
 * describes. Safe for any number of threads; {@link DecoderRunner} runs it. It does not own its
 * memory.
 */
public final class Decoder {
  private final DecoderDescriptor descriptor;
  private final DecoderParts parts;
  private final ActivationKernel activation = Kernels.activation();
  private final FeedForwardRunner feedForward;

  private Decoder(DecoderDescriptor descriptor, DecoderParts parts) {
    this.descriptor = descriptor;
    this.parts = parts;
    this.feedForward = new FeedForwardRunner(descriptor.feedForward(), descriptor.width());
  }

  /**
   * Builds the model, one tensor at a time.
   *
   * @param descriptor its shape
   * @param weights its tensors, in the checkpoint's memory
   * @param format what becomes of the blocks' linear layers
   * @param embeddings how embeddings are stored, and the head, which is never in int8
   * @param memory where weights go
   * @param team works in parallel
   * @param progress told of each tensor
   * @throws io.octavo.error.InvalidInputException if a number is not finite, or not in the range of
   *     the type it is stored in
   */
  public static Decoder build(
      DecoderDescriptor descriptor,
      DecoderWeights weights,
      LinearFormat format,
      DType embeddings,
      NativeMemory memory,
      Team team,
      BuildProgress progress) {
    return new Decoder(
        descriptor,
        DecoderAssembly.assemble(descriptor, weights, format, embeddings, memory, team, progress));
  }

  /** The shape. */
  public DecoderDescriptor descriptor() {
    return descriptor;
  }

  /** What it is made of. */
  public DecoderParts parts() {
    return parts;
  }

  /**
   * The blocks' linear layers with their names, in the order they run; one that layers share stands
   * where it runs first.
   */
  public List<NamedLinear> linears() {
    List<NamedLinear> named = new ArrayList<>();
    for (int i = 0; i < parts.layers().size(); i++) {
      DecoderParts.Layer layer = parts.layers().get(i);
      LinearNames.add("layer " + i, layer, named);
    }
    return named;
  }

  /** Number of weights in linear layers and embeddings. */
  public long parameters() {
    long blocks =
        linears().stream()
            .mapToLong(named -> (long) named.linear().inputs() * named.linear().outputs())
            .sum();
    Embedding position = parts.position();
    long tables = (long) parts.head().inputs() * parts.head().outputs();
    tables += parts.word().shares(parts.head().weights()) ? 0 : tables;
    tables += position == null ? 0 : (long) position.rows() * position.width();
    return blocks
        + tables
        + parts.layers().stream()
            .map(DecoderParts.Layer::feedForward)
            .distinct()
            .mapToLong(Decoder::routerWeights)
            .sum()
        + Stream.ofNullable(parts.projectIn()).mapToLong(Decoder::weights).sum()
        + Stream.ofNullable(parts.projectOut()).mapToLong(Decoder::weights).sum();
  }

  private static long routerWeights(FeedForward part) {
    return part instanceof FeedForward.Experts experts ? weights(experts.router()) : 0;
  }

  private static long weights(FloatLinear linear) {
    return (long) linear.inputs() * linear.outputs();
  }

  /** Told of the residual stream behind each block. */
  @FunctionalInterface
  interface BlockListener {
    /** Nobody. */
    BlockListener NONE = (layer, hidden, tokens) -> {};

    /** Takes {@code hidden}, {@code [tokens, width]}, which is overwritten afterwards. */
    void after(int layer, float[] hidden, int tokens);
  }

  /**
   * Runs the blocks; the residual stream is then in {@link DecoderPass#hidden()}. What comes before
   * a linear layer is left to that layer as a preparation of its rows.
   */
  void forward(DecoderPass pass, BlockListener listener) {
    float[] x = pass.hidden();
    float[] change = pass.change();
    RowPreparation before = embedding(pass);
    for (int i = 0; i < parts.layers().size(); i++) {
      DecoderParts.Layer layer = parts.layers().get(i);
      float gain = descriptor.block(i).gain();
      switch (descriptor.block(i).placement()) {
        case SEQUENTIAL -> {
          attend(i, normalized(before, x, layer.attentionNorm(), pass), pass);
          RowPreparation middle = added(change, layer.attentionOutputNorm(), x);
          feedForward(layer, normalized(middle, x, layer.feedForwardNorm(), pass), change, pass);
          before = added(change, layer.feedForwardOutputNorm(), x);
        }
        case POST -> {
          attend(i, new LayerInput(x, before), pass);
          RowPreparation middle = addedAndNormalized(gain, change, layer.attentionOutputNorm(), x);
          feedForward(layer, new LayerInput(x, middle), change, pass);
          before = addedAndNormalized(gain, change, layer.feedForwardOutputNorm(), x);
        }
        case PARALLEL -> {
          LayerInput normed = normalized(before, x, layer.attentionNorm(), pass);
          attend(i, normed, pass);
          boolean shared = layer.feedForwardNorm() == null;
          LayerInput other =
              shared
                  ? LayerInput.of(normed.rows())
                  : normalized(RowPreparation.NONE, x, layer.feedForwardNorm(), pass);
          feedForward(layer, other, pass.secondChange(), pass);
          before = added(change, null, x).andThen(added(pass.secondChange(), null, x));
        }
        case DEEP -> {
          attend(i, normalized(before, x, layer.attentionNorm(), pass), pass);
          RowPreparation middle = addedScaled(pass.normed(), gain, change, x);
          feedForward(layer, normalized(middle, x, layer.feedForwardNorm(), pass), change, pass);
          before = addedScaled(pass.normed(), gain, change, x);
        }
      }
      if (listener != BlockListener.NONE) {
        prepare(before, pass);
        before = RowPreparation.NONE;
        listener.after(i, x, pass.tokens());
      }
    }
    prepare(before, pass);
  }

  /**
   * Logits of one token of a pass after the other.
   *
   * @param tokens which ones
   * @param logits receives {@code [tokens.length, vocabulary]}
   */
  void logits(DecoderPass pass, int[] tokens, float[] logits) {
    int width = descriptor.width();
    float[] x = new float[tokens.length * width];
    Normalization norm = parts.finalNorm();
    for (int i = 0; i < tokens.length; i++) {
      if (norm == null) {
        System.arraycopy(pass.hidden(), tokens[i] * width, x, i * width, width);
      } else {
        norm.apply(pass.hidden(), tokens[i] * width, x, i * width);
      }
    }
    FloatLinear projectOut = parts.projectOut();
    if (projectOut != null) {
      float[] y = new float[tokens.length * projectOut.outputs()];
      projectOut.forward(x, tokens.length, y, pass.workspace());
      x = y;
    }
    parts.head().forward(x, tokens.length, logits, pass.workspace());
    float cap = descriptor.logitCap();
    if (cap > 0f) {
      int count = tokens.length * parts.head().outputs();
      for (int i = 0; i < count; i++) {
        logits[i] /= cap;
      }
      activation.apply(Activation.TANH, logits, 0, count);
      for (int i = 0; i < count; i++) {
        logits[i] *= cap;
      }
    }
  }

  private RowPreparation embedding(DecoderPass pass) {
    Embedding word = parts.word();
    FloatLinear projectIn = parts.projectIn();
    int rowWidth = word.width();
    float scale = descriptor.embedding().scale();
    float[] x = pass.hidden();
    float[] rows = projectIn == null ? x : new float[pass.tokens() * rowWidth];
    RowPreparation words =
        (first, count) -> {
          Arrays.fill(rows, first * rowWidth, (first + count) * rowWidth, 0f);
          for (int token = first; token < first + count; token++) {
            word.add(pass.ids()[token], rows, token * rowWidth);
          }
          for (int i = first * rowWidth; scale != 1f && i < (first + count) * rowWidth; i++) {
            rows[i] *= scale;
          }
        };
    if (projectIn == null) {
      return words.andThen(positioned(x, pass));
    }
    projectIn.forward(words, rows, pass.tokens(), x, pass.workspace());
    return positioned(x, pass);
  }

  private RowPreparation positioned(float[] x, DecoderPass pass) {
    Embedding position = parts.position();
    int offset = descriptor.embedding().positionOffset();
    int width = descriptor.width();
    return (first, count) -> {
      for (int token = first; position != null && token < first + count; token++) {
        position.add(pass.positions()[token] + offset, x, token * width);
      }
      if (parts.embeddingNorm() != null) {
        parts.embeddingNorm().apply(x, first * width, count, x, first * width);
      }
    };
  }

  /** {@code normed = norm(x)} once {@code x} is prepared, or {@code x} itself without a norm. */
  private LayerInput normalized(
      RowPreparation before, float[] x, @Nullable Normalization norm, DecoderPass pass) {
    if (norm == null) {
      return new LayerInput(x, before);
    }
    int width = descriptor.width();
    float[] normed = pass.normed();
    return new LayerInput(
        normed,
        before.andThen(
            (first, count) -> norm.apply(x, first * width, count, normed, first * width)));
  }

  /** {@code change = attention(x)}. */
  private void attend(int index, LayerInput input, DecoderPass pass) {
    DecoderParts.Layer layer = parts.layers().get(index);
    float[] projected = pass.projected();
    layer
        .projection()
        .forward(input.preparation(), input.rows(), pass.tokens(), projected, pass.workspace());
    position(layer, pass);
    layer
        .attention()
        .forward(projected, pass.caches(), pass.starts(), index, pass.mixed(), pass.workspace());
    layer.attentionOutput().forward(pass.mixed(), pass.tokens(), pass.change(), pass.workspace());
  }

  /** Normalizes queries and keys and turns them to their positions, where a model does. */
  private void position(DecoderParts.Layer layer, DecoderPass pass) {
    Rotary rotary = layer.shape().rotary();
    if (rotary == null && layer.queryNorm() == null && layer.keyNorm() == null) {
      return;
    }
    DecoderDescriptor.AttentionShape shape = descriptor.attention();
    float[] projected = pass.projected();
    int stride = layer.attention().projectedWidth();
    RowPreparation turned =
        (first, count) -> {
          for (int token = first; token < first + count; token++) {
            int query = token * stride;
            int key = query + shape.queryWidth();
            apply(layer.queryNorm(), projected, query, shape.queryWidth());
            apply(layer.keyNorm(), projected, key, shape.keyValueWidth());
            if (rotary != null) {
              DecoderPass.Angles angles = pass.angles(rotary);
              int at = token * rotary.width() / 2;
              for (int head = 0; head < shape.heads() + shape.keyValueHeads(); head++) {
                int offset = query + head * shape.headWidth();
                rotary.rotate(projected, offset, angles.cosines(), angles.sines(), at);
              }
            }
          }
        };
    prepare(turned, pass);
  }

  /** Normalizes heads one by one, or all together, as the norm is wide. */
  private static void apply(@Nullable Normalization norm, float[] x, int offset, int width) {
    if (norm != null) {
      norm.apply(x, offset, width / norm.width(), x, offset);
    }
  }

  /** {@code y = feedForward(x)}. */
  private void feedForward(
      DecoderParts.Layer layer, LayerInput input, float[] y, DecoderPass pass) {
    feedForward.run(layer.feedForward(), input, y, pass);
  }

  /** {@code x += norm(change)}. */
  private RowPreparation added(float[] change, @Nullable Normalization norm, float[] x) {
    int width = descriptor.width();
    return (first, count) -> {
      if (norm != null) {
        norm.apply(change, first * width, count, change, first * width);
      }
      for (int i = first * width; i < (first + count) * width; i++) {
        x[i] += change[i];
      }
    };
  }

  /** {@code x = norm(gain * x + change)}. */
  private RowPreparation addedAndNormalized(
      float gain, float[] change, @Nullable Normalization norm, float[] x) {
    int width = descriptor.width();
    RowPreparation sum = addedScaled(x, gain, change, x);
    return norm == null
        ? sum
        : sum.andThen((first, count) -> norm.apply(x, first * width, count, x, first * width));
  }

  /** {@code x = gain * scaled + change}. */
  private RowPreparation addedScaled(float[] scaled, float gain, float[] change, float[] x) {
    int width = descriptor.width();
    return (first, count) -> {
      for (int i = first * width; i < (first + count) * width; i++) {
        x[i] = Math.fma(gain, scaled[i], change[i]);
      }
    };
  }

  private static void prepare(RowPreparation rows, DecoderPass pass) {
    rows.prepareAll(pass.tokens(), pass.workspace().team());
  }
}
