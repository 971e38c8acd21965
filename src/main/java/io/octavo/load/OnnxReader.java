package io.octavo.load;

import io.octavo.error.CheckpointException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code ModelProto}: the nodes, initializers and outputs of its graph. Messages nest as deep
 * as this code does; graphs inside attributes are stepped over.
 */
final class OnnxReader {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_OUTPUT = 12;
  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_NAME = 3;
  private static final int NODE_OPERATOR = 4;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_FLOAT = 2;
  private static final int ATTRIBUTE_INT = 3;
  private static final int ATTRIBUTE_STRING = 4;
  private static final int ATTRIBUTE_TENSOR = 5;
  private static final int ATTRIBUTE_INTS = 8;

  /** Objects take more memory than the two bytes of an empty message; graphs are far smaller. */
  private static final int MOST_ITEMS = 1_000_000;

  private static final int MOST_INTS = 64;

  private final String file;
  private final ProtobufReader in;
  private final OnnxTensorReader tensors;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final Map<String, OnnxTensor> initializers = new LinkedHashMap<>();
  private final List<String> outputs = new ArrayList<>();
  private int items;

  private OnnxReader(String file, MemorySegment segment, OnnxExternalData external)
      throws IOException {
    this.file = file;
    this.in = new ProtobufReader(file, segment, 0);
    this.tensors = new OnnxTensorReader(file, segment.byteSize(), external);
  }

  /** Reads the model that fills {@code segment}. */
  static OnnxGraph read(String file, MemorySegment segment, OnnxExternalData external) {
    @Nullable OnnxReader reader = null;
    try {
      reader = new OnnxReader(file, segment, external);
      reader.model();
      return new OnnxGraph(file, reader.nodes, reader.initializers, reader.outputs);
    } catch (IOException exception) {
      throw new CheckpointException(
          file,
          reader == null ? "" : "at byte offset " + reader.in.position(),
          "damaged, cut short, or no ONNX file: " + exception.getMessage(),
          exception);
    }
  }

  private void model() throws IOException {
    boolean found = false;
    while (in.next()) {
      if (in.field() != MODEL_GRAPH) {
        in.skip();
        continue;
      }
      if (found) {
        throw in.damaged("a second graph");
      }
      found = true;
      graph();
    }
    if (!found) {
      throw in.damaged("it holds no graph");
    }
  }

  private void graph() throws IOException {
    int outer = in.enter();
    while (in.next()) {
      switch (in.field()) {
        case GRAPH_NODE -> nodes.add(node());
        case GRAPH_INITIALIZER -> {
          count();
          OnnxTensor tensor = tensors.read(in);
          if (tensor.name().isEmpty() || initializers.put(tensor.name(), tensor) != null) {
            throw new CheckpointException(
                file,
                tensor.place(),
                tensor.name().isEmpty()
                    ? "an initializer without a name"
                    : "a second initializer of that name");
          }
        }
        case GRAPH_OUTPUT -> output();
        default -> in.skip();
      }
    }
    in.leave(outer);
  }

  private void output() throws IOException {
    count();
    int outer = in.enter();
    while (in.next()) {
      if (in.field() == 1) {
        outputs.add(in.string());
      } else {
        in.skip();
      }
    }
    in.leave(outer);
  }

  private OnnxNode node() throws IOException {
    count();
    String name = "";
    String operator = "";
    List<String> nodeInputs = new ArrayList<>(2);
    List<String> nodeOutputs = new ArrayList<>(1);
    Map<String, OnnxNode.Attribute> attributes = new HashMap<>(2);
    int outer = in.enter();
    while (in.next()) {
      switch (in.field()) {
        case NODE_INPUT -> nodeInputs.add(countedString());
        case NODE_OUTPUT -> nodeOutputs.add(countedString());
        case NODE_NAME -> name = in.string();
        case NODE_OPERATOR -> operator = in.string();
        case NODE_ATTRIBUTE -> attribute(attributes);
        default -> in.skip();
      }
    }
    in.leave(outer);
    return new OnnxNode(name, operator, nodeInputs, nodeOutputs, attributes);
  }

  private void attribute(Map<String, OnnxNode.Attribute> attributes) throws IOException {
    count();
    String name = "";
    float number = 0;
    long integer = 0;
    String text = "";
    @Nullable OnnxTensor tensor = null;
    long[] ints = new long[0];
    boolean tooMany = false;
    int outer = in.enter();
    while (in.next()) {
      switch (in.field()) {
        case ATTRIBUTE_NAME -> name = in.string();
        case ATTRIBUTE_FLOAT -> number = in.fixed32();
        case ATTRIBUTE_INT -> integer = in.varint();
        case ATTRIBUTE_STRING -> text = text();
        case ATTRIBUTE_TENSOR -> tensor = tensors.read(in);
        case ATTRIBUTE_INTS -> {
          if (tooMany || ints.length > MOST_INTS) {
            tooMany = true;
            in.skip();
          } else {
            ints = ints(ints);
          }
        }
        default -> in.skip();
      }
    }
    in.leave(outer);
    if (name.equals("value_int") || name.equals("value_float") || name.equals("value_ints")) {
      tensor = constant(name, number, integer, ints);
    }
    boolean fewInts = !tooMany && ints.length <= MOST_INTS;
    attributes.put(
        name, new OnnxNode.Attribute(number, integer, text, tensor, fewInts ? ints : null));
  }

  /** A string attribute; what is longer than a word is of no use here. */
  private String text() throws IOException {
    MemorySegment bytes = in.bytes();
    return bytes.byteSize() > 256
        ? ""
        : new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  private long[] ints(long[] before) throws IOException {
    if (!in.isPacked()) {
      long[] more = Arrays.copyOf(before, before.length + 1);
      more[before.length] = in.varint();
      return more;
    }
    long[] more = Arrays.copyOf(before, before.length + MOST_INTS + 1);
    int count = before.length;
    int outer = in.enter();
    while (in.hasMore()) {
      long value = in.repeatedVarint();
      if (count < more.length) {
        more[count++] = value;
      }
    }
    in.leave(outer);
    return Arrays.copyOf(more, count);
  }

  /** The short forms of a Constant node's value, as the tensor that they stand for. */
  private static OnnxTensor constant(String name, float number, long integer, long[] ints) {
    if (name.equals("value_float")) {
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putFloat(number);
      return new OnnxTensor(
          name, OnnxType.FLOAT, List.of(), MemorySegment.ofArray(bytes.array()), 0, "");
    }
    long[] values = name.equals("value_int") ? new long[] {integer} : ints;
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      bytes.putLong(value);
    }
    List<Long> shape = name.equals("value_int") ? List.of() : List.of((long) values.length);
    return new OnnxTensor(name, OnnxType.INT64, shape, MemorySegment.ofArray(bytes.array()), 0, "");
  }

  private String countedString() throws IOException {
    count();
    return in.string();
  }

  private void count() {
    if (++items > MOST_ITEMS) {
      throw in.damaged("a graph of more than " + MOST_ITEMS + " parts");
    }
  }
}
