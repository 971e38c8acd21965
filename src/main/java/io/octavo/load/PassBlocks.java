package io.octavo.load;

import io.octavo.load.pass.Branch;
import io.octavo.load.pass.LinearWeights;
import io.octavo.load.pass.NormWeights;
import io.octavo.load.pass.Placement;
import io.octavo.model.BlockPlacement;
import io.octavo.model.DecoderDescriptor.BlockShape;
import io.octavo.model.DecoderWeights;
import io.octavo.model.FeedForwardWeights;
import io.octavo.model.ParameterWeights;
import io.octavo.model.ProjectionWeights;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a decoder as branches of its residual stream, and back: attention and feed-forward
 * part are one branch each, or one together where a parallel block has one norm for both.
 */
final class PassBlocks {
  private final PassTensors tensors;

  /** Converts by these tensors. */
  PassBlocks(PassTensors tensors) {
    this.tensors = tensors;
  }

  /** The branches of a layer. */
  List<Branch> branches(String name, DecoderWeights.Layer layer, BlockShape block) {
    List<LinearWeights> readers = new ArrayList<>();
    for (ProjectionWeights part : layer.projection()) {
      String role = name + " attention input" + (layer.projection().size() == 1 ? "" : " ");
      readers.add(reader(role + (role.endsWith(" ") ? readers.size() : ""), part));
    }
    List<LinearWeights> writers = List.of(writer(name + " attention output", layer));
    List<LinearWeights> expansions = expansions(name, layer.feedForward());
    List<LinearWeights> contractions = contractions(name, layer.feedForward());
    if (sharesNorm(layer, block)) {
      readers.addAll(expansions);
      List<LinearWeights> both = new ArrayList<>(writers);
      both.addAll(contractions);
      NormWeights norm = tensors.norm(name + " norm", layer.attentionNorm());
      return List.of(branch(name, Placement.PRE, norm, block, readers, both));
    }
    Placement first = placement(block, layer.attentionOutputNorm());
    Placement second = placement(block, layer.feedForwardOutputNorm());
    return List.of(
        branch(
            name + " attention",
            first,
            norm(name + " attention", first, layer.attentionNorm(), layer.attentionOutputNorm()),
            block,
            readers,
            writers),
        branch(
            name + " FFN",
            second,
            norm(name + " FFN", second, layer.feedForwardNorm(), layer.feedForwardOutputNorm()),
            block,
            expansions,
            contractions));
  }

  private static Branch branch(
      String name,
      Placement placement,
      NormWeights norm,
      BlockShape block,
      List<LinearWeights> readers,
      List<LinearWeights> writers) {
    return new Branch(name, placement, norm, block.normGain(), readers, writers, null);
  }

  private static boolean sharesNorm(DecoderWeights.Layer layer, BlockShape block) {
    return block.placement() == BlockPlacement.PARALLEL && layer.feedForwardNorm() == null;
  }

  private static Placement placement(
      BlockShape block, io.octavo.model.@Nullable NormWeights outputNorm) {
    return switch (block.placement()) {
      case SEQUENTIAL -> outputNorm == null ? Placement.PRE : Placement.SANDWICH;
      case PARALLEL -> Placement.PRE;
      case POST -> Placement.POST;
      case DEEP -> Placement.DEEP;
    };
  }

  /** The norm whose output the readers take, or for post-norm the one behind the sum. */
  private NormWeights norm(
      String name,
      Placement placement,
      io.octavo.model.@Nullable NormWeights before,
      io.octavo.model.@Nullable NormWeights behind) {
    return placement == Placement.POST
        ? tensors.norm(name + " output norm", behind)
        : tensors.norm(name + " norm", before);
  }

  private LinearWeights reader(String name, ProjectionWeights part) {
    return switch (part) {
      case io.octavo.model.LinearWeights linear -> tensors.linear(name, linear);
      case ParameterWeights attention -> tensors.linear(name + " keys", attention.keys());
    };
  }

  private LinearWeights writer(String name, DecoderWeights.Layer layer) {
    return switch (layer.attentionOutput()) {
      case io.octavo.model.LinearWeights linear -> tensors.linear(name, linear);
      case ParameterWeights attention -> tensors.linear(name + " values", attention.values());
    };
  }

  private List<LinearWeights> expansions(String name, FeedForwardWeights part) {
    List<LinearWeights> readers = new ArrayList<>();
    switch (part) {
      case FeedForwardWeights.Dense dense -> expansion(name + " FFN", dense, readers);
      case FeedForwardWeights.Experts experts -> {
        readers.add(tensors.linear(name + " router", experts.router()));
        for (int i = 0; i < experts.experts().size(); i++) {
          expansion(name + " expert " + i, experts.experts().get(i), readers);
        }
      }
      case FeedForwardWeights.Parameters parameters ->
          readers.add(tensors.linear(name + " FFN keys", parameters.attention().keys()));
    }
    return readers;
  }

  private void expansion(String name, FeedForwardWeights.Dense part, List<LinearWeights> readers) {
    for (int i = 0; i < part.expand().size(); i++) {
      String role = name + " expansion" + (part.expand().size() == 1 ? "" : " " + i);
      readers.add(tensors.linear(role, part.expand().get(i)));
    }
  }

  private List<LinearWeights> contractions(String name, FeedForwardWeights part) {
    List<LinearWeights> writers = new ArrayList<>();
    switch (part) {
      case FeedForwardWeights.Dense dense ->
          writers.add(tensors.linear(name + " FFN contraction", dense.contract()));
      case FeedForwardWeights.Experts experts -> {
        for (int i = 0; i < experts.experts().size(); i++) {
          String role = name + " expert " + i + " contraction";
          writers.add(tensors.linear(role, experts.experts().get(i).contract()));
        }
      }
      case FeedForwardWeights.Parameters parameters ->
          writers.add(tensors.linear(name + " FFN values", parameters.attention().values()));
    }
    return writers;
  }

  /** The layer that came of its branches, which {@code branches} gives in their order. */
  DecoderWeights.Layer layer(
      DecoderWeights.Layer layer, BlockShape block, Iterator<Branch> branches) {
    boolean shared = sharesNorm(layer, block);
    boolean post = block.placement() == BlockPlacement.POST;
    Branch first = branches.next();
    List<Branch> own = shared ? List.of(first) : List.of(first, branches.next());
    NormWeights second = shared ? null : own.getLast().norm();
    Iterator<LinearWeights> readers = own.stream().flatMap(b -> b.readers().stream()).iterator();
    Iterator<LinearWeights> writers = own.stream().flatMap(b -> b.writers().stream()).iterator();
    List<ProjectionWeights> projection = new ArrayList<>();
    for (ProjectionWeights part : layer.projection()) {
      projection.add(rebuilt(part, readers, null));
    }
    ProjectionWeights output = rebuilt(layer.attentionOutput(), null, writers);
    return new DecoderWeights.Layer(
        post ? null : tensors.norm(first.norm()),
        projection,
        layer.queryNorm(),
        layer.keyNorm(),
        output,
        post ? tensors.norm(first.norm()) : layer.attentionOutputNorm(),
        post || second == null ? null : tensors.norm(second),
        rebuilt(layer.feedForward(), readers, writers),
        post && second != null ? tensors.norm(second) : layer.feedForwardOutputNorm());
  }

  /** A projection with the next reader, or the next writer, as it has come through. */
  private ProjectionWeights rebuilt(
      ProjectionWeights part,
      @Nullable Iterator<LinearWeights> readers,
      @Nullable Iterator<LinearWeights> writers) {
    return switch (part) {
      case io.octavo.model.LinearWeights linear ->
          readers != null ? next(readers) : writers != null ? next(writers) : linear;
      case ParameterWeights attention ->
          new ParameterWeights(
              readers == null ? attention.keys() : next(readers),
              writers == null ? attention.values() : next(writers),
              attention.scores());
    };
  }

  private FeedForwardWeights rebuilt(
      FeedForwardWeights part, Iterator<LinearWeights> readers, Iterator<LinearWeights> writers) {
    return switch (part) {
      case FeedForwardWeights.Dense dense -> dense(dense, readers, writers);
      case FeedForwardWeights.Experts experts -> {
        io.octavo.model.LinearWeights router = next(readers);
        yield new FeedForwardWeights.Experts(
            router,
            experts.experts().stream().map(expert -> dense(expert, readers, writers)).toList());
      }
      case FeedForwardWeights.Parameters parameters ->
          new FeedForwardWeights.Parameters(
              new ParameterWeights(next(readers), next(writers), parameters.attention().scores()));
    };
  }

  private FeedForwardWeights.Dense dense(
      FeedForwardWeights.Dense part,
      Iterator<LinearWeights> readers,
      Iterator<LinearWeights> writers) {
    List<io.octavo.model.LinearWeights> expand = new ArrayList<>();
    for (int i = 0; i < part.expand().size(); i++) {
      expand.add(next(readers));
    }
    return new FeedForwardWeights.Dense(expand, next(writers));
  }

  private io.octavo.model.LinearWeights next(Iterator<LinearWeights> layers) {
    return tensors.linear(layers.next());
  }
}
