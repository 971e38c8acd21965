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
  private static final int STEPS_PER_LAYER = 4;

  private final DecoderDescriptor descriptor;
  private final DecoderWeights weights;
  private final DType embeddings;
  private final ModelBuilder builder;

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
    int total = tables + STEPS_PER_LAYER * weights.layers().size();
    this.builder = new ModelBuilder(format, memory, team, progress, total);
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
      layers.add(layer("layer " + i, descriptor.layers().get(i), weights.layers().get(i)));
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
    return norm == null ? null : descriptor.norm().kind().build(norm, descriptor.norm().epsilon());
  }

  private DecoderParts.Layer layer(
      String name, DecoderDescriptor.LayerShape shape, DecoderWeights.Layer layer) {
    return new DecoderParts.Layer(
        shape,
        norm(layer.attentionNorm()),
        builder.linear(name + " attention input", layer.projection()),
        norm(layer.queryNorm()),
        norm(layer.keyNorm()),
        attention(shape),
        builder.linear(name + " attention output", List.of(layer.attentionOutput())),
        norm(layer.attentionOutputNorm()),
        norm(layer.feedForwardNorm()),
        builder.linear(name + " FFN expansion", layer.expand()),
        builder.linear(name + " FFN contraction", List.of(layer.contract())),
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
