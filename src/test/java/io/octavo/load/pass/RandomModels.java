package io.octavo.load.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Small Pre-LN decoders with random weights of every kind. */
final class RandomModels {
  static final int WIDTH = 16;
  static final int HEADS = 4;
  static final int VOCABULARY = 11;

  private final Random random;

  RandomModels(long seed) {
    random = new Random(seed);
  }

  double[] numbers(int count, double mean, double deviation) {
    double[] result = new double[count];
    for (int i = 0; i < count; i++) {
      result[i] = mean + deviation * random.nextGaussian();
    }
    return result;
  }

  LinearWeights linear(String name, int outputs, int inputs) {
    Weights weight = Weights.of(numbers(outputs * inputs, 0.05, 0.3), outputs, inputs);
    return LinearWeights.of(name, weight, numbers(outputs, 0.1, 0.3));
  }

  NormWeights layerNorm(String name) {
    return NormWeights.layerNorm(name, numbers(WIDTH, 1, 0.3), numbers(WIDTH, 0.1, 0.3), 1e-5);
  }

  EmbeddingWeights embedding(String name, int rows) {
    return new EmbeddingWeights(name, Weights.of(numbers(rows * WIDTH, 0.3, 1), rows, WIDTH));
  }

  private Branch attention(String name) {
    return Branch.preNorm(
        name,
        layerNorm(name + ".norm"),
        List.of(linear(name + ".qkv", 3 * WIDTH, WIDTH)),
        List.of(linear(name + ".proj", WIDTH, WIDTH)));
  }

  private Branch feedForward(String name) {
    return Branch.preNorm(
        name,
        layerNorm(name + ".norm"),
        List.of(linear(name + ".fc", 24, WIDTH)),
        List.of(linear(name + ".proj", WIDTH, 24)));
  }

  private Branch gated(String name) {
    return Branch.preNorm(
        name,
        layerNorm(name + ".norm"),
        List.of(linear(name + ".gate", 24, WIDTH), linear(name + ".up", 24, WIDTH)),
        List.of(linear(name + ".proj", WIDTH, 24)));
  }

  private Branch parallel(String name) {
    return Branch.preNorm(
        name,
        layerNorm(name + ".norm"),
        List.of(linear(name + ".both", 3 * WIDTH, WIDTH), linear(name + ".fc", 24, WIDTH)),
        List.of(linear(name + ".proj", WIDTH, WIDTH), linear(name + ".down", WIDTH, 24)));
  }

  private ResidualModel model(List<Branch> branches) {
    EmbeddingWeights tokens = embedding("tokens", VOCABULARY);
    return new ResidualModel(
        WIDTH,
        List.of(tokens, embedding("positions", 9)),
        List.of(),
        null,
        branches,
        layerNorm("last"),
        LinearWeights.of("head", tokens.rows(), null),
        true,
        false);
  }

  /** Two blocks of attention and a feed-forward part; the head is tied. */
  ResidualModel sequential() {
    return model(List.of(attention("a0"), feedForward("f0"), attention("a1"), feedForward("f1")));
  }

  /** Two blocks whose feed-forward part is gated. */
  ResidualModel gated() {
    return model(List.of(attention("a0"), gated("g0"), attention("a1"), gated("g1")));
  }

  /** Three blocks of attention and feed-forward part side by side. */
  ResidualModel parallel() {
    return model(List.of(parallel("p0"), parallel("p1"), parallel("p2")));
  }

  /** With a gain on each branch and LayerNorm Scaling. */
  ResidualModel withGains() {
    List<Branch> branches = new ArrayList<>();
    for (Branch branch : sequential().branches()) {
      branches.add(
          new Branch(
              branch.name(),
              Placement.PRE,
              branch.norm(),
              GainFolding.layerNormScaling(branches.size() / 2 + 1),
              branch.readers(),
              branch.writers(),
              numbers(WIDTH, 0.4, 0.3)));
    }
    return model(branches);
  }

  /** The sequential model with other norms in its branches, and no tied head. */
  ResidualModel withBranchNorms(UnaryOperator<NormWeights> change) {
    ResidualModel model = sequential();
    return model
        .withBranches(branch -> branch.withNorm(change.apply(branch.norm())))
        .withEnd(change.apply(layerNorm("last")), linear("head", VOCABULARY, WIDTH))
        .withState(WIDTH, false, false);
  }
}
