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
  private static final int ROWS_PER_TASK = 16;
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
    Team team = workspace.team();
    float[] x = session.hidden();
    embed(batch, x, team);
    for (EncoderParts.Layer layer : parts.layers()) {
      layer.projection().forward(x, tokens, session.projected(), workspace);
      attention.forward(session.projected(), batch.starts(), session.mixed(), workspace);
      layer.attentionOutput().forward(session.mixed(), tokens, session.projected(), workspace);
      addAndNormalize(session.projected(), x, tokens, layer.attentionNorm(), team);

      layer.expand().forward(x, tokens, session.expanded(), workspace);
      activate(session.expanded(), tokens, team);
      layer.contract().forward(session.expanded(), tokens, session.projected(), workspace);
      addAndNormalize(session.projected(), x, tokens, layer.outputNorm(), team);
    }
  }

  private void embed(TokenBatch batch, float[] x, Team team) {
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
    team.run(
        tasks(positions.length),
        (task, worker) -> {
          int first = task * ROWS_PER_TASK;
          int rows = Math.min(ROWS_PER_TASK, positions.length - first);
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
        });
  }

  /** {@code x = norm(x + change)}. */
  private void addAndNormalize(float[] change, float[] x, int tokens, LayerNorm norm, Team team) {
    int width = descriptor.width();
    team.run(
        tasks(tokens),
        (task, worker) -> {
          int first = task * ROWS_PER_TASK;
          int rows = Math.min(ROWS_PER_TASK, tokens - first);
          add(change, x, first * width, rows * width);
          norm.apply(x, first * width, rows, x, first * width);
        });
  }

  private static void add(float[] change, float[] x, int offset, int count) {
    for (int i = offset; i < offset + count; i++) {
      x[i] += change[i];
    }
  }

  private void activate(float[] expanded, int tokens, Team team) {
    int width = descriptor.feedForwardWidth();
    team.run(
        tasks(tokens),
        (task, worker) -> {
          int first = task * ROWS_PER_TASK;
          int rows = Math.min(ROWS_PER_TASK, tokens - first);
          activation.apply(descriptor.activation(), expanded, first * width, rows * width);
        });
  }

  private static int tasks(int tokens) {
    return (tokens + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
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
