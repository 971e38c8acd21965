package io.octavo.model;

import io.octavo.kernel.AttentionForm;
import io.octavo.layer.CachedAttention;
import io.octavo.layer.Embedding;
import io.octavo.layer.FloatLinear;
import io.octavo.layer.LinearBias;
import io.octavo.layer.LinearFormat;
import io.octavo.normalize.Normalization;
import io.octavo.parallel.Team;
import io.octavo.tensor.DType;
import io.octavo.tensor.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Puts a decoder together from its tensors, one at a time. */
final class DecoderAssembly {
  private final DecoderDescriptor descriptor;
  private final DecoderWeights weights;
  private final DType embeddings;
  private final ModelBuilder builder;
  private final SharedParts blocks;

  private DecoderAssembly(
      DecoderDescriptor descriptor,
      DecoderWeights weights,
      LinearFormat format,
      DType embeddings,
      NativeMemory memory,
      Team team,
      BuildProgress progress) {
    this.descriptor = descriptor;
    this.weights = weights;
    this.embeddings = embeddings;
    int tables =
        (int)
            Stream.of(
                    weights.word(),
                    weights.position(),
                    weights.projectIn(),
                    weights.projectOut(),
                    weights.head())
                .filter(tensor -> tensor != null)
                .count();
    int total = tables + SharedParts.steps(weights.layers());
    this.builder = new ModelBuilder(format, memory, team, progress, total);
    this.blocks = new SharedParts(builder);
  }

  /** Puts it together; the parameters are those of {@link Decoder#build}. */
  static DecoderParts assemble(
      DecoderDescriptor descriptor,
      DecoderWeights weights,
      LinearFormat format,
      DType embeddings,
      NativeMemory memory,
      Team team,
      BuildProgress progress) {
    return new DecoderAssembly(descriptor, weights, format, embeddings, memory, team, progress)
        .assemble();
  }

  private DecoderParts assemble() {
    LinearWeights untied = weights.head();
    // The head is read for each token, so 8 bits are for the table of an untied model alone.
    DType headType = embeddings == DType.I8 ? DType.F16 : embeddings;
    Embedding word;
    FloatLinear head;
    if (untied == null) {
      LinearWeights tied = new LinearWeights(weights.word(), null);
      head = builder.floatLinear("word embeddings and head", tied, headType);
      word = Embedding.of(head.weights());
    } else {
      word = builder.embedding("word embeddings", weights.word(), embeddings);
      head = builder.floatLinear("head", untied, headType);
    }
    Embedding position =
        weights.position() == null
            ? null
            : builder.embedding("position embeddings", weights.position(), embeddings);
    FloatLinear projectIn = projection("projection of the embeddings", weights.projectIn());
    FloatLinear projectOut = projection("projection to the head", weights.projectOut());
    List<DecoderParts.Layer> layers = new ArrayList<>();
    for (int i = 0; i < weights.layers().size(); i++) {
      layers.add(layer(i, weights.layers().get(i)));
    }
    builder.finish();
    return new DecoderParts(
        word,
        position,
        projectIn,
        norm(weights.embeddingNorm()),
        layers,
        norm(weights.finalNorm()),
        projectOut,
        head);
  }

  private @Nullable FloatLinear projection(String role, @Nullable LinearWeights linear) {
    DType type = embeddings == DType.I8 ? DType.F16 : embeddings;
    return linear == null ? null : builder.floatLinear(role, linear, type);
  }

  private @Nullable Normalization norm(@Nullable NormWeights norm) {
    if (norm == null) {
      return null;
    }
    DecoderDescriptor.NormShape shape = descriptor.norm();
    // Norms of queries and keys are as wide as their weights; all others as the decoder.
    float[] gamma = norm.gamma();
    int width = gamma == null ? descriptor.width() : gamma.length;
    return shape.kind().build(norm, width, shape.epsilon(), shape.groups());
  }

  /** A norm before attention or feed-forward part, times the block's gain of norms. */
  private @Nullable Normalization scaled(
      @Nullable NormWeights norm, DecoderDescriptor.BlockShape block) {
    return norm == null ? null : norm(norm.times((float) block.normGain(), descriptor.width()));
  }

  private DecoderParts.Layer layer(int index, DecoderWeights.Layer layer) {
    String name = "layer " + index;
    DecoderDescriptor.LayerShape shape = descriptor.layers().get(index);
    DecoderDescriptor.BlockShape block = descriptor.block(index);
    return new DecoderParts.Layer(
        shape,
        scaled(layer.attentionNorm(), block),
        blocks.projection(name + " attention input", layer.projection()),
        norm(layer.queryNorm()),
        norm(layer.keyNorm()),
        attention(shape),
        blocks.projection(name + " attention output", List.of(layer.attentionOutput())),
        norm(layer.attentionOutputNorm()),
        scaled(layer.feedForwardNorm(), block),
        blocks.feedForward(name, layer.feedForward()),
        norm(layer.feedForwardOutputNorm()));
  }

  private CachedAttention attention(DecoderDescriptor.LayerShape shape) {
    DecoderDescriptor.AttentionShape attention = descriptor.attention();
    return new CachedAttention(
        attention.heads(),
        attention.keyValueHeads(),
        new AttentionForm(
            attention.headWidth(), attention.scale(), attention.cap(), shape.window()),
        attention.linearBias() ? LinearBias.slopes(attention.heads()) : new float[0]);
  }
}
