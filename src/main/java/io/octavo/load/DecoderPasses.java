package io.octavo.load;

import io.octavo.error.UnsupportedModelException;
import io.octavo.load.pass.Branch;
import io.octavo.load.pass.EmbeddingWeights;
import io.octavo.load.pass.LinearWeights;
import io.octavo.load.pass.PassPipeline;
import io.octavo.load.pass.PassResult;
import io.octavo.load.pass.PassStep;
import io.octavo.load.pass.ResidualModel;
import io.octavo.load.pass.Weights;
import io.octavo.model.DecoderDescriptor;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderDescriptor.EmbeddingShape;
import io.octavo.model.DecoderDescriptor.LayerShape;
import io.octavo.model.DecoderDescriptor.NormShape;
import io.octavo.model.DecoderWeights;
import io.octavo.model.NormKind;
import io.octavo.tensor.WeightMatrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Sends a decoder that was found in a checkpoint through passes over its weights. */
final class DecoderPasses {
  private final DecoderCheckpoint found;
  private final DecoderDescriptor shape;
  private final DecoderWeights weights;
  private final PassTensors tensors;
  private final PassBlocks blocks;

  private DecoderPasses(DecoderCheckpoint found) {
    this.found = found;
    this.shape = found.descriptor();
    this.weights = found.weights();
    this.tensors = new PassTensors(shape.norm(), shape.width());
    this.blocks = new PassBlocks(tensors);
  }

  /**
   * The decoder behind the passes.
   *
   * @param source the model's file, for messages
   * @throws UnsupportedModelException if a pass would change what the model computes
   */
  static DecoderCheckpoint apply(DecoderCheckpoint found, PassPipeline passes, String source) {
    if (passes.isEmpty()) {
      return found;
    }
    if (sharesLayers(found.weights())) {
      throw new UnsupportedModelException(
          source,
          "no pass is possible: layers share their weights, and each would need its own afterwards");
    }
    DecoderPasses conversion = new DecoderPasses(found);
    return conversion.after(passes.run(source, conversion.model()), source);
  }

  private static boolean sharesLayers(DecoderWeights weights) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    return weights.layers().stream().anyMatch(layer -> !seen.add(layer.attentionOutput()));
  }

  private ResidualModel model() {
    List<EmbeddingWeights> embeddings = new ArrayList<>();
    List<LinearWeights> projections = new ArrayList<>();
    Weights word = Weights.of(weights.word());
    if (weights.projectIn() == null) {
      embeddings.add(new EmbeddingWeights("word embeddings", word));
    } else {
      projections.add(tensors.linear("projection of the embeddings", weights.projectIn()));
    }
    if (weights.position() != null) {
      embeddings.add(new EmbeddingWeights("position embeddings", Weights.of(weights.position())));
    }
    List<Branch> branches = new ArrayList<>();
    for (int i = 0; i < shape.depth(); i++) {
      branches.addAll(blocks.branches("layer " + i, weights.layers().get(i), shape.block(i)));
    }
    boolean tied = weights.head() == null && weights.projectOut() == null;
    return new ResidualModel(
        shape.width(),
        embeddings,
        projections,
        weights.embeddingNorm() == null
            ? null
            : tensors.norm("embedding norm", weights.embeddingNorm()),
        branches,
        weights.finalNorm() == null ? null : tensors.norm("final norm", weights.finalNorm()),
        head(word),
        tied,
        shape.norm().kind() == NormKind.COMPRESSED_RMS);
  }

  /** What reads the final norm's output. */
  private LinearWeights head(Weights word) {
    if (weights.projectOut() != null) {
      return tensors.linear("projection to the head", weights.projectOut());
    }
    return weights.head() == null
        ? LinearWeights.of("head", word, null)
        : tensors.linear("head", weights.head());
  }

  private DecoderCheckpoint after(PassResult result, String source) {
    ResidualModel model = result.model();
    NormShape norm = normShape(model, source);
    Iterator<Branch> branches = model.branches().iterator();
    List<DecoderWeights.Layer> layers = new ArrayList<>();
    List<LayerShape> layerShapes = new ArrayList<>();
    for (int i = 0; i < shape.depth(); i++) {
      BlockShape block = shape.block(i);
      double gain = model.branches().get(model.branches().size() / shape.depth() * i).normGain();
      layers.add(blocks.layer(weights.layers().get(i), block, branches));
      layerShapes.add(
          shape.layers().get(i).withBlock(new BlockShape(block.placement(), block.gain(), gain)));
    }
    boolean projected = weights.projectIn() != null;
    EmbeddingShape embedding = shape.embedding();
    DecoderDescriptor descriptor =
        new DecoderDescriptor(
            model.width(),
            shape.positions(),
            new EmbeddingShape(
                embedding.vocabulary(),
                projected ? embedding.width() : model.width(),
                embedding.scale(),
                embedding.positionOffset()),
            shape.block(),
            shape.attention(),
            shape.feedForward(),
            norm,
            shape.logitCap(),
            layerShapes);
    List<PassStep> changes = new ArrayList<>(found.changes());
    changes.addAll(result.steps());
    return new DecoderCheckpoint(descriptor, weights(model, layers), changes, found.ignored());
  }

  private DecoderWeights weights(ResidualModel model, List<DecoderWeights.Layer> layers) {
    boolean projected = weights.projectIn() != null;
    io.octavo.model.LinearWeights head = weights.head();
    if (weights.projectOut() == null && !model.tied()) {
      head = tensors.linear(model.head());
    }
    List<EmbeddingWeights> embeddings = model.embeddings();
    return new DecoderWeights(
        projected ? weights.word() : matrix(embeddings.getFirst()),
        weights.position() == null ? null : matrix(embeddings.getLast()),
        projected ? tensors.linear(model.projections().getFirst()) : null,
        model.embeddingNorm() == null ? null : tensors.norm(model.embeddingNorm()),
        layers,
        model.finalNorm() == null ? null : tensors.norm(model.finalNorm()),
        weights.projectOut() == null ? null : tensors.linear(model.head()),
        head);
  }

  private static WeightMatrix matrix(EmbeddingWeights embedding) {
    return embedding.rows().toMatrix();
  }

  /** Passes leave all norms of one kind. */
  private NormShape normShape(ResidualModel model, String source) {
    io.octavo.load.pass.NormWeights any =
        model.finalNorm() == null ? model.branches().getFirst().norm() : model.finalNorm();
    NormKind kind = tensors.kind(any);
    boolean normalizesKeys =
        weights.layers().stream()
            .anyMatch(layer -> layer.queryNorm() != null || layer.keyNorm() != null);
    if (kind != shape.norm().kind() && normalizesKeys) {
      throw new UnsupportedModelException(
          source,
          "norms would become another kind, and those of queries and keys are not of the stream");
    }
    return new NormShape(kind, shape.norm().epsilon(), shape.norm().groups());
  }
}
