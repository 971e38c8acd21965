package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The special tokens of texts and of pairs of texts.
 *
 * @param single those of a text
 * @param pair those of two texts; it may lack a text, and then serves no pairs
 */
record SpecialTokens(Template single, Template pair) {
  /** A template can name the same tokens again and again. */
  private static final int MOST_TOKENS = 1 << 12;

  private static final int[] ALONE = {Template.FIRST};
  private static final int[] BOTH = {Template.FIRST, Template.SECOND};
  private static final SpecialTokens NONE =
      new SpecialTokens(new Template(ALONE, new int[1]), new Template(BOTH, new int[] {0, 1}));

  boolean servesPairs() {
    return pair.holdsOnce(Template.FIRST) && pair.holdsOnce(Template.SECOND);
  }

  /**
   * Reads the field {@code post_processor}.
   *
   * @param tokens the token of an id, or null if there is none
   */
  static SpecialTokens from(JsonValue json, IntFunction<@Nullable String> tokens) {
    SpecialTokens placed = json.isNull() ? null : placed(json, tokens);
    return placed == null ? NONE : placed;
  }

  /** Those that a post-processor places, or null if it places none. */
  private static @Nullable SpecialTokens placed(
      JsonValue json, IntFunction<@Nullable String> tokens) {
    String type = json.get("type").string();
    return switch (type) {
      case "TemplateProcessing" -> {
        json.allowOnly("type", "single", "pair", "special_tokens");
        yield new SpecialTokens(single(json, tokens), template(json, "pair", tokens));
      }
      case "BertProcessing" -> {
        json.allowOnly("type", "sep", "cls");
        int cls = pair(json.get("cls"), tokens);
        int sep = pair(json.get("sep"), tokens);
        yield new SpecialTokens(
            surrounded(cls, sep),
            new Template(
                new int[] {cls, Template.FIRST, sep, Template.SECOND, sep},
                new int[] {0, 0, 0, 1, 1}));
      }
      case "RobertaProcessing" -> {
        // The other fields bear on offsets only.
        json.allowOnly("type", "sep", "cls", "trim_offsets", "add_prefix_space");
        int cls = pair(json.get("cls"), tokens);
        int sep = pair(json.get("sep"), tokens);
        yield new SpecialTokens(
            surrounded(cls, sep),
            new Template(
                new int[] {cls, Template.FIRST, sep, sep, Template.SECOND, sep}, new int[6]));
      }
      case "ByteLevel" -> {
        // Bears on offsets only.
        json.allowOnly("type", "add_prefix_space", "trim_offsets", "use_regex");
        yield null;
      }
      case "Sequence" -> {
        json.allowOnly("type", "processors");
        yield sequence(json.get("processors"), tokens);
      }
      default ->
          throw new UnsupportedModelException(
              json.file(), json.path() + ": post-processor \"" + type + "\" is not supported");
    };
  }

  private static Template surrounded(int before, int after) {
    return new Template(new int[] {before, Template.FIRST, after}, new int[3]);
  }

  private static @Nullable SpecialTokens sequence(
      JsonValue json, IntFunction<@Nullable String> tokens) {
    SpecialTokens all = null;
    for (JsonValue element : json.array()) {
      SpecialTokens next = placed(element, tokens);
      if (next != null && all != null) {
        throw new UnsupportedModelException(
            json.file(),
            element.path()
                + ": a second post-processor that places special tokens is not supported");
      }
      all = next == null ? all : next;
    }
    return all;
  }

  /** A token and its id as {@code ["[SEP]", 102]}. */
  private static int pair(JsonValue json, IntFunction<@Nullable String> tokens) {
    List<JsonValue> pair = json.array();
    if (pair.size() != 2) {
      throw json.damaged("should be a token and its id");
    }
    return check(pair.get(0), pair.get(1), tokens);
  }

  private static int check(JsonValue token, JsonValue id, IntFunction<@Nullable String> tokens) {
    if (!token.string().equals(tokens.apply(id.integer()))) {
      throw id.damaged(
          "is " + id.integer() + ", which is not the id of \"" + token.string() + "\"");
    }
    return id.integer();
  }

  private static Template single(JsonValue json, IntFunction<@Nullable String> tokens) {
    JsonValue pieces = json.get("single");
    for (JsonValue piece : pieces.array()) {
      JsonValue type = content(piece).get("type_id");
      if (type.integer() != 0) {
        throw new UnsupportedModelException(
            json.file(), type.path() + ": a token type other than 0 is not supported");
      }
    }
    Template template = template(json, "single", tokens);
    if (!template.holdsOnce(Template.FIRST)) {
      throw pieces.damaged("should hold the sequence A, once");
    }
    return template;
  }

  private static JsonValue content(JsonValue piece) {
    JsonValue text = piece.find("Sequence");
    return text == null ? piece.get("SpecialToken") : text;
  }

  private static Template template(
      JsonValue json, String field, IntFunction<@Nullable String> tokens) {
    List<Integer> ids = new ArrayList<>();
    List<Integer> types = new ArrayList<>();
    for (JsonValue piece : json.get(field).array()) {
      JsonValue content = content(piece);
      if (piece.find("Sequence") == null) {
        addSpecial(json.get("special_tokens").get(content.get("id").string()), ids, tokens);
      } else {
        ids.add(text(content, field));
      }
      int type = content.get("type_id").integer();
      IntStream.range(types.size(), ids.size()).forEach(i -> types.add(type));
    }
    return new Template(toArray(ids), toArray(types));
  }

  private static int text(JsonValue sequence, String field) {
    String id = sequence.get("id").string();
    if (id.equals("A")) {
      return Template.FIRST;
    }
    if (!id.equals("B") || field.equals("single")) {
      throw sequence.damaged("should be a sequence that is there, and is \"" + id + "\"");
    }
    return Template.SECOND;
  }

  private static void addSpecial(
      JsonValue json, List<Integer> ids, IntFunction<@Nullable String> tokens) {
    List<JsonValue> contents = json.get("tokens").array();
    List<JsonValue> numbers = json.get("ids").array();
    if (contents.size() != numbers.size()) {
      throw json.damaged("should hold as many ids as tokens");
    }
    if (ids.size() + (long) numbers.size() > MOST_TOKENS) {
      throw new UnsupportedModelException(
          json.file(),
          json.path() + ": more than " + MOST_TOKENS + " tokens around a text are not supported");
    }
    for (int i = 0; i < numbers.size(); i++) {
      ids.add(check(contents.get(i), numbers.get(i), tokens));
    }
  }

  private static int[] toArray(List<Integer> numbers) {
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }
}
