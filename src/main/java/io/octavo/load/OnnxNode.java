package io.octavo.load;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node of an ONNX graph; an absent optional input is an empty name. */
record OnnxNode(
    String name,
    String operator,
    List<String> inputs,
    List<String> outputs,
    Map<String, Attribute> attributes) {

  /**
   * An attribute; which of its values counts follows from its name.
   *
   * @param ints null if there are more than this library has a use for
   */
  record Attribute(
      float number,
      long integer,
      String text,
      @Nullable OnnxTensor tensor,
      long @Nullable [] ints) {}

  boolean is(String expected) {
    return operator.equals(expected);
  }

  /** An input's name; empty if the node has fewer. */
  String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /** The first output's name; empty if it has none. */
  String output() {
    return outputs.isEmpty() ? "" : outputs.getFirst();
  }

  /** The other input of a node with two. */
  String otherInput(String input) {
    return input(0).equals(input) ? input(1) : input(0);
  }

  float number(String attribute, float absent) {
    Attribute found = attributes.get(attribute);
    return found == null ? absent : found.number();
  }

  long integer(String attribute, long absent) {
    Attribute found = attributes.get(attribute);
    return found == null ? absent : found.integer();
  }

  String text(String attribute, String absent) {
    Attribute found = attributes.get(attribute);
    return found == null ? absent : found.text();
  }

  @Nullable OnnxTensor tensor(String attribute) {
    Attribute found = attributes.get(attribute);
    return found == null ? null : found.tensor();
  }

  long @Nullable [] ints(String attribute) {
    Attribute found = attributes.get(attribute);
    return found == null ? null : found.ints();
  }
}
