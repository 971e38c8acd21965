package io.octavo.model;

import io.octavo.layer.FloatLinear;
import io.octavo.layer.Int8Linear;
import io.octavo.layer.Linear;
import io.octavo.layer.ParameterAttention;
import java.util.List;

/** The names of a block's linear layers. */
final class LinearNames {
  private LinearNames() {}

  /** Adds those of a layer that are not there yet, in the order they run. */
  static void add(String layer, DecoderParts.Layer parts, List<NamedLinear> named) {
    add(layer + " attention input", parts.projection(), named);
    add(layer + " attention output", parts.attentionOutput(), named);
    switch (parts.feedForward()) {
      case FeedForward.Dense dense -> add(layer + " FFN", dense, named);
      case FeedForward.Experts experts -> {
        for (int i = 0; i < experts.experts().size(); i++) {
          add(expert(layer, i), experts.experts().get(i), named);
        }
      }
      case FeedForward.Parameters parameters -> add(layer + " FFN", parameters.attention(), named);
    }
  }

  /** What an expert is called. */
  static String expert(String layer, int index) {
    return layer + " expert " + index;
  }

  private static void add(String name, FeedForward.Dense dense, List<NamedLinear> named) {
    add(name + " expansion", dense.expand(), named);
    add(name + " contraction", dense.contract(), named);
  }

  private static void add(String name, Linear linear, List<NamedLinear> named) {
    switch (linear) {
      case ParameterAttention attention -> {
        add(name + " keys", attention.keys(), named);
        for (int i = 0; i < attention.parts().size(); i++) {
          add(values(name, i), attention.parts().get(i).values(), named);
        }
      }
      case FloatLinear plain -> addOnce(name, plain, named);
      case Int8Linear quantized -> addOnce(name, quantized, named);
    }
  }

  /** What the values of one of several attentions to parameters are called. */
  static String values(String name, int index) {
    return name + " values " + index;
  }

  private static void addOnce(String name, Linear linear, List<NamedLinear> named) {
    if (named.stream().noneMatch(entry -> entry.linear() == linear)) {
      named.add(new NamedLinear(name, linear));
    }
  }
}
