package io.octavo.load;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention in a graph, {@code softmax(q k^T * scale + mask) v}, walked backwards from
 * its result.
 *
 * @param heads its heads
 * @param headWidth features of a head
 * @param scale the factor of the scores
 */
record OnnxAttention(long heads, long headWidth, double scale) {

  /** A factor on the way from the projections to the softmax. */
  private record Factor(String value, boolean divides) {}

  /** What the walk collects. */
  private static final class Walk {
    private final OnnxGraph graph;
    private final OnnxScalars probe;
    private final List<Factor> factors = new ArrayList<>();
    private final List<long[]> splits = new ArrayList<>();

    Walk(OnnxGraph graph) {
      this.graph = graph;
      this.probe = new OnnxScalars(graph, 1);
    }

    /** From one operand of a matrix product back to the projection it is made of. */
    boolean reaches(String operand, String projection) {
      String value = graph.origin(operand);
      boolean split = false;
      for (int i = 0; i < OnnxGraph.LONGEST_WALK; i++) {
        if (value.equals(projection)) {
          return split;
        }
        OnnxNode node = graph.producer(value);
        if (node == null) {
          return false;
        }
        String next = node.input(0);
        switch (node.operator()) {
          case "Transpose" -> {}
          case "Reshape" -> {
            long[] sizes = lastTwo(node.input(1));
            if (sizes != null && !split) {
              splits.add(sizes);
              split = true;
            }
          }
          case "Mul", "Div" -> next = scaled(node);
          default -> {
            return false;
          }
        }
        value = graph.origin(next);
      }
      return false;
    }

    /** From the softmax back to the product of queries and keys, past scale and mask. */
    boolean scores(String operand, String query, String key, int depth) {
      OnnxNode node = graph.producer(operand);
      if (node == null || depth > OnnxGraph.LONGEST_WALK / 4) {
        return false;
      }
      int before = factors.size();
      boolean found =
          switch (node.operator()) {
            case "MatMul" -> reaches(node.input(0), query) && reaches(node.input(1), key);
            case "Mul", "Div" -> scores(scaled(node), query, key, depth + 1);
            case "Add" ->
                scores(node.input(0), query, key, depth + 1)
                    || scores(node.input(1), query, key, depth + 1);
            case "Where" ->
                scores(node.input(1), query, key, depth + 1)
                    || scores(node.input(2), query, key, depth + 1);
            default -> false;
          };
      if (!found) {
        // A branch that led elsewhere, such as the mask.
        factors.subList(before, factors.size()).clear();
      }
      return found;
    }

    /** Notes the scalar factor of a Mul or Div and returns the other operand. */
    private String scaled(OnnxNode node) {
      boolean divides = node.is("Div");
      if (!divides && !Double.isNaN(probe.evaluate(node.input(0)))) {
        factors.add(new Factor(node.input(0), false));
        return node.input(1);
      }
      factors.add(new Factor(node.input(1), divides));
      return node.input(0);
    }

    /** Heads and head width in the shape {@code [batch, tokens, heads, headWidth]}. */
    private long @Nullable [] lastTwo(String shape) {
      OnnxTensor constant = graph.constant(shape);
      long[] sizes = constant == null ? null : constant.integers(4);
      if (sizes != null && sizes.length == 4) {
        return new long[] {sizes[2], sizes[3]};
      }
      OnnxNode concat = graph.producer(shape);
      if (concat == null || !concat.is("Concat") || concat.inputs().size() != 4) {
        return null;
      }
      OnnxTensor heads = graph.constant(concat.input(2));
      OnnxTensor headWidth = graph.constant(concat.input(3));
      long[] first = heads == null ? null : heads.integers(1);
      long[] second = headWidth == null ? null : headWidth.integers(1);
      return first == null || second == null || first.length == 0 || second.length == 0
          ? null
          : new long[] {first[0], second[0]};
    }
  }

  /**
   * Finds the attention between three projections and the one after them.
   *
   * @param width the projections' outputs, for a size that the graph leaves to be inferred
   * @param missing where to say what was not found
   */
  static @Nullable OnnxAttention find(
      OnnxGraph graph,
      String name,
      OnnxLinear query,
      OnnxLinear key,
      OnnxLinear value,
      OnnxLinear output,
      long width,
      List<String> missing) {
    String result = graph.flatOrigin(output.input());
    OnnxNode merge = graph.producer(result);
    if (merge != null && merge.is("Transpose")) {
      merge = graph.producer(graph.flatOrigin(merge.input(0)));
    }
    OnnxNode softmax = merge != null && merge.is("MatMul") ? graph.producer(merge.input(0)) : null;
    Walk walk = new Walk(graph);
    if (merge == null || softmax == null || !softmax.is("Softmax")) {
      missing.add(name + " (no Softmax and MatMul before " + output.name() + ")");
      return null;
    }
    long axis = softmax.integer("axis", -1);
    if ((axis != -1 && axis != 3)
        || !walk.scores(softmax.input(0), query.output(), key.output(), 0)
        || !walk.reaches(merge.input(1), value.output())) {
      missing.add(name + " (no softmax(q k^T) v over heads that the graph's constants name)");
      return null;
    }
    long[] split = walk.splits.getFirst();
    for (long[] other : walk.splits) {
      if (other[0] != split[0] || other[1] != split[1]) {
        missing.add(name + " (queries, keys and values differ in heads)");
        return null;
      }
    }
    long heads = split[0] > 0 || split[1] <= 0 ? split[0] : width / split[1];
    long headWidth = split[1] > 0 || heads <= 0 ? split[1] : width / heads;
    OnnxScalars scalars = new OnnxScalars(graph, headWidth);
    double scale = 1;
    for (Factor factor : walk.factors) {
      double number = scalars.evaluate(factor.value());
      scale = factor.divides() ? scale / number : scale * number;
    }
    return new OnnxAttention(heads, headWidth, scale);
  }
}
