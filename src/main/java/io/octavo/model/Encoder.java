package io.octavo.model;

import io.octavo.error.InvalidInputException;
import io.octavo.kernel.ActivationKernel;
import io.octavo.kernel.Kernels;
import io.octavo.layer.Embedding;
import io.octavo.layer.LinearFormat;
import io.octavo.layer.RelativePositionBias;
import io.octavo.layer.SelfAttention;
import io.octavo.layer.Workspace;
import io.octavo.normalize.LayerNorm;
import io.octavo.parallel.Team;
import io.octavo.quantize.RowPreparation;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import io.octavo.tensor.WeightMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A post-norm encoder (Devlin et al., "BERT"). Safe for any number of threads, each with a session
 * of its own. It does not own its memory.
 */
public final class Encoder {
  private static final int STEPS_PER_LAYER = 4;

  private final EncoderDescriptor descriptor;
  private final EncoderParts parts;
  private final SelfAttention attention;
  private final ActivationKernel activation = Kernels.activation();

  private Encoder(EncoderDescriptor descriptor, EncoderParts parts) {
    this.descriptor = descriptor;
    this.parts = parts;
    this.attention =
        new SelfAttention(descriptor.heads(), descriptor.width(), parts.relativeBias());
  }

  /**
   * Builds the model, one tensor at a time.
   *
   * @param descriptor its shape
   * @param weights its tensors, in the checkpoint's memory
   * @param format what becomes of linear layers
   * @param embeddings how embeddings are stored
   * @param memory where weights go
   * @param team works in parallel
   * @param progress told of each tensor
   */
  public static Encoder build(
      EncoderDescriptor descriptor,
      EncoderWeights weights,
      LinearFormat format,
      DType embeddings,
      NativeMemory memory,
      Team team,
      BuildProgress progress) {
    int tables = descriptor.tokenTypes() == 0 ? 2 : 3;
    int total = tables + STEPS_PER_LAYER * descriptor.layers();
    ModelBuilder builder = new ModelBuilder(format, memory, team, progress, total);
    Embedding word = builder.embedding("word embeddings", weights.word(), embeddings);
    Embedding position = builder.embedding("position embeddings", weights.position(), embeddings);
    WeightMatrix tokenTypes = weights.tokenType();
    Embedding tokenType =
        tokenTypes == null
            ? null
            : builder.embedding("token type embeddings", tokenTypes, embeddings);
    List<EncoderParts.Layer> layers = new ArrayList<>();
    for (int i = 0; i < weights.layers().size(); i++) {
      layers.add(layer(builder, "layer " + i, weights.layers().get(i), descriptor.epsilon()));
    }
    builder.finish();
    return new Encoder(
        descriptor,
        new EncoderParts(
            word,
            position,
            tokenType,
            relativeBias(descriptor, weights),
            norm(weights.norm(), descriptor.epsilon()),
            layers));
  }

  private static @Nullable RelativePositionBias relativeBias(
      EncoderDescriptor descriptor, EncoderWeights weights) {
    WeightMatrix table = weights.relativeBias();
    if (table == null) {
      return null;
    }
    float[] values = new float[table.rows() * table.columns()];
    for (int bucket = 0; bucket < table.rows(); bucket++) {
      table.readRow(bucket, values, bucket * table.columns());
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new InvalidInputException("relative position biases: one of them is " + value);
      }
    }
    return RelativePositionBias.bucketed(
        values,
        descriptor.heads(),
        table.rows(),
        EncoderDescriptor.FARTHEST_BUCKET,
        descriptor.positions());
  }

  /** The shape. */
  public EncoderDescriptor descriptor() {
    return descriptor;
  }

  /** What it is made of. */
  public EncoderParts parts() {
    return parts;
  }

  /** The linear layers with their names, in the order they run. */
  public List<NamedLinear> linears() {
    List<NamedLinear> named = new ArrayList<>();
    for (int i = 0; i < parts.layers().size(); i++) {
      EncoderParts.Layer layer = parts.layers().get(i);
      named.add(new NamedLinear("layer " + i + " attention input", layer.projection()));
      named.add(new NamedLinear("layer " + i + " attention output", layer.attentionOutput()));
      named.add(new NamedLinear("layer " + i + " FFN expansion", layer.expand()));
      named.add(new NamedLinear("layer " + i + " FFN contraction", layer.contract()));
    }
    return named;
  }

  /**
   * Runs the model; the token outputs are then in {@link EncoderSession#hidden()}.
   *
   * @throws InvalidInputException if an id is no token's or a sequence is longer than the model's
   *     positions
   */
  public void forward(TokenBatch batch, EncoderSession session) {
    int tokens = batch.tokens();
    session.prepare(tokens);
    Workspace workspace = session.workspace();
    float[] x = session.hidden();
    float[] projected = session.projected();
    float[] expanded = session.expanded();
    RowPreparation before = embedding(batch, x);
    for (EncoderParts.Layer layer : parts.layers()) {
      layer.projection().forward(before, x, tokens, projected, workspace);
      attention.forward(projected, batch.starts(), session.mixed(), workspace);
      layer.attentionOutput().forward(session.mixed(), tokens, projected, workspace);
      RowPreparation middle = addAndNormalize(projected, x, layer.attentionNorm());
      layer.expand().forward(middle, x, tokens, expanded, workspace);
      layer.contract().forward(activate(expanded), expanded, tokens, projected, workspace);
      before = addAndNormalize(projected, x, layer.outputNorm());
    }
    before.prepareAll(tokens, workspace.team());
  }

  private RowPreparation embedding(TokenBatch batch, float[] x) {
    int width = descriptor.width();
    int[] positions = descriptor.positionIds().of(batch);
    Embedding word = parts.word();
    Embedding position = parts.position();
    Embedding tokenType = parts.tokenType();
    for (int row : positions) {
      if (row >= position.rows()) {
        throw new InvalidInputException(
            "A sequence of more tokens than the model's " + descriptor.positions());
      }
    }
    return (first, rows) -> {
      for (int token = first; token < first + rows; token++) {
        int offset = token * width;
        Arrays.fill(x, offset, offset + width, 0f);
        word.add(batch.ids()[token], x, offset);
        if (tokenType != null) {
          tokenType.add(batch.types()[token], x, offset);
        }
        position.add(positions[token], x, offset);
      }
      parts.norm().apply(x, first * width, rows, x, first * width);
    };
  }

  /** {@code x = norm(x + change)}. */
  private RowPreparation addAndNormalize(float[] change, float[] x, LayerNorm norm) {
    int width = descriptor.width();
    return (first, rows) -> {
      add(change, x, first * width, rows * width);
      norm.apply(x, first * width, rows, x, first * width);
    };
  }

  private static void add(float[] change, float[] x, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      x[i] += change[i];
    }
  }

  private RowPreparation activate(float[] expanded) {
    int width = descriptor.feedForwardWidth();
    return (first, rows) ->
        activation.apply(descriptor.activation(), expanded, first * width, rows * width);
  }

  private static EncoderParts.Layer layer(
      ModelBuilder builder, String name, EncoderWeights.Layer weights, double epsilon) {
    return new EncoderParts.Layer(
        builder.linear(
            name + " attention input", List.of(weights.query(), weights.key(), weights.value())),
        builder.linear(name + " attention output", List.of(weights.attentionOutput())),
        norm(weights.attentionNorm(), epsilon),
        builder.linear(name + " FFN expansion", List.of(weights.expand())),
        builder.linear(name + " FFN contraction", List.of(weights.contract())),
        norm(weights.outputNorm(), epsilon));
  }

  private static LayerNorm norm(NormWeights norm, double epsilon) {
    return LayerNorm.of(Objects.requireNonNull(norm.gamma()), norm.beta(), epsilon);
  }
}
