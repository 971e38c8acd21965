package io.octavo.load;

import io.octavo.error.CheckpointException;
import io.octavo.error.UnsupportedModelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What would make a graph with BERT's names compute something else. */
final class BertOnnxChecks {
  private static final Set<String> QUANTIZED =
      Set.of(
          "QuantizeLinear",
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "MatMulInteger",
          "MatMulIntegerToFloat",
          "DynamicQuantizeMatMul",
          "QLinearMatMul",
          "QGemm",
          "QAttention",
          "MatMulNBits");

  private final OnnxGraph graph;
  private final String source;
  private final String prefix;

  BertOnnxChecks(OnnxGraph graph, String prefix) {
    this.graph = graph;
    this.source = graph.source();
    this.prefix = prefix;
  }

  void refuseQuantized() {
    TreeSet<String> found = new TreeSet<>();
    for (OnnxNode node : graph.nodes()) {
      if (QUANTIZED.contains(node.operator())) {
        found.add(node.operator());
      }
    }
    if (!found.isEmpty()) {
      throw new UnsupportedModelException(
          source,
          "already quantized (it uses "
              + String.join(", ", found)
              + "); give the float model that it was made from, to be quantized here");
    }
  }

  /** The LayerNorm of the embeddings takes the sum of lookups in exactly these tables. */
  void embeddings(OnnxLayerNorm norm, List<String> tables, List<String> missing) {
    Deque<String> open = new ArrayDeque<>(List.of(norm.input()));
    List<String> found = new ArrayList<>();
    for (int i = 0; i < OnnxGraph.LONGEST_WALK && !open.isEmpty(); i++) {
      OnnxNode node = graph.producer(graph.flatOrigin(open.remove()));
      if (node != null && node.is("Add")) {
        open.addAll(node.inputs());
      } else {
        found.add(node != null && node.is("Gather") ? node.input(0) : "");
      }
    }
    if (!open.isEmpty()
        || found.size() != tables.size()
        || !new HashSet<>(found).equals(new HashSet<>(tables))) {
      missing.add(prefix + "embeddings.LayerNorm of word, position and token type embeddings' sum");
    }
  }

  void feeds(String from, String to, String name, List<String> missing) {
    if (!graph.flatOrigin(from).equals(graph.flatOrigin(to))) {
      missing.add(name + " applied to the LayerNorm before it");
    }
  }

  void residual(OnnxLayerNorm norm, String branch, String skip, String name, List<String> missing) {
    OnnxNode add = graph.producer(graph.flatOrigin(norm.input()));
    if (add != null && add.is("Add")) {
      String first = graph.flatOrigin(add.input(0));
      String second = graph.flatOrigin(add.input(1));
      String expected = graph.flatOrigin(branch);
      String other = graph.flatOrigin(skip);
      if ((first.equals(expected) && second.equals(other))
          || (first.equals(other) && second.equals(expected))) {
        return;
      }
    }
    missing.add(name + ".LayerNorm of the residual sum before it");
  }

  void attention(OnnxAttention attention, long heads, int width, OnnxLinear query) {
    long headWidth = attention.headWidth();
    if (attention.heads() != heads
        || heads < 1
        || headWidth < 1
        || headWidth != width / heads
        || width % heads != 0) {
      throw new CheckpointException(
          source,
          query.name(),
          attention.heads()
              + " heads of "
              + headWidth
              + " features do not make the width of "
              + width
              + " with the "
              + heads
              + " heads of the first layer");
    }
    double ratio = attention.scale() * Math.sqrt((double) headWidth);
    // The constants of a 16-bit graph are rounded to 8 bits (bfloat16) or 11 (half).
    double tolerance = query.weight().type() == OnnxType.FLOAT ? 1e-5 : 4e-3;
    if (!(Math.abs(ratio - 1) <= tolerance)) {
      throw new UnsupportedModelException(
          source,
          query.name()
              + ": the attention's scale is "
              + attention.scale()
              + ", not 1 / sqrt("
              + headWidth
              + ")");
    }
  }

  /** Positions count from 0, in order; some kin of BERT count from elsewhere, past the padding. */
  void positions(String table, int positions) {
    for (OnnxNode gather : graph.consumers(table)) {
      Deque<String> open = new ArrayDeque<>(List.of(gather.input(1)));
      for (int i = 0; i < OnnxGraph.LONGEST_WALK && !open.isEmpty(); i++) {
        String value = open.remove();
        OnnxTensor constant = graph.constant(value);
        OnnxNode node = graph.producer(value);
        if (constant != null) {
          consecutive(constant, positions);
        } else if (node != null && node.is("CumSum")) {
          throw new UnsupportedModelException(
              source, "positions are counted past the padding (RoBERTa); BERT counts from 0");
        } else if (node != null && !node.is("Shape")) {
          // The other inputs of these say which part, not what is in it.
          boolean selects = node.is("Slice") || node.is("Gather") || node.is("Expand");
          open.addAll(selects ? List.of(node.input(0)) : node.inputs());
        }
      }
    }
  }

  private void consecutive(OnnxTensor ids, int positions) {
    long[] values = ids.elements() > 1 ? ids.integers(positions) : null;
    if (values == null) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      if (values[i] != i) {
        throw new UnsupportedModelException(
            source, ids.place() + " gives token " + i + " the position " + values[i]);
      }
    }
  }

  /** What is left when the encoder's tensors are taken out; inside the encoder nothing may be. */
  List<String> ignored(List<OnnxTensor> used, String lastHiddenState) {
    Set<OnnxTensor> known = Collections.newSetFromMap(new IdentityHashMap<>());
    known.addAll(used);
    List<String> ignored = new ArrayList<>();
    List<String> alien = new ArrayList<>();
    for (OnnxTensor tensor : graph.initializers().values()) {
      String name = tensor.name();
      boolean isConstant = tensor.shape().isEmpty() || !tensor.type().isFloatingPoint();
      if (known.contains(tensor) || isConstant || graph.consumers(name).isEmpty()) {
        continue;
      }
      boolean inside =
          name.startsWith(prefix + "encoder.") || name.startsWith(prefix + "embeddings.");
      (inside ? alien : ignored).add(name);
    }
    if (!alien.isEmpty()) {
      throw new UnsupportedModelException(
          source, "an encoder with tensors that BERT does not have: " + String.join(", ", alien));
    }
    for (String output : graph.outputs()) {
      if (!graph.origin(output).equals(graph.origin(lastHiddenState))) {
        ignored.add("output " + output);
      }
    }
    return ignored;
  }
}
