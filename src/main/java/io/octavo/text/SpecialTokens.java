package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The special tokens around a single text.
 *
 * @param before ids of those before it
 * @param after ids of those after it
 */
record SpecialTokens(int[] before, int[] after) {
  int count() {
    return before.length + after.length;
  }

  /**
   * Reads the field {@code post_processor}.
   *
   * @param tokens the token of an id, or null if there is none
   */
  static SpecialTokens from(JsonValue json, IntFunction<@Nullable String> tokens) {
    if (json.isNull()) {
      return new SpecialTokens(new int[0], new int[0]);
    }
    String type = json.get("type").string();
    return switch (type) {
      case "TemplateProcessing" -> {
        json.allowOnly("type", "single", "pair", "special_tokens");
        yield template(json, tokens);
      }
      case "BertProcessing" -> {
        json.allowOnly("type", "sep", "cls");
        yield new SpecialTokens(
            new int[] {pair(json.get("cls"), tokens)}, new int[] {pair(json.get("sep"), tokens)});
      }
      default ->
          throw new UnsupportedModelException(
              json.file(), json.path() + ": post-processor \"" + type + "\" is not supported");
    };
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

  private static SpecialTokens template(JsonValue json, IntFunction<@Nullable String> tokens) {
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    boolean seen = false;
    JsonValue single = json.get("single");
    for (JsonValue piece : single.array()) {
      JsonValue text = piece.find("Sequence");
      JsonValue special = text == null ? piece.get("SpecialToken") : text;
      String id = special.get("id").string();
      if (special.get("type_id").integer() != 0) {
        throw new UnsupportedModelException(
            json.file(), special.path() + ".type_id: a token type other than 0 is not supported");
      }
      if (text == null) {
        addSpecial(json.get("special_tokens").get(id), seen ? after : before, tokens);
      } else if (seen || !id.equals("A")) {
        throw special.damaged("should be the sequence A, once");
      } else {
        seen = true;
      }
    }
    if (!seen) {
      throw single.damaged("does not hold the sequence A");
    }
    return new SpecialTokens(toArray(before), toArray(after));
  }

  private static void addSpecial(
      JsonValue json, List<Integer> ids, IntFunction<@Nullable String> tokens) {
    List<JsonValue> contents = json.get("tokens").array();
    List<JsonValue> numbers = json.get("ids").array();
    if (contents.size() != numbers.size()) {
      throw json.damaged("should hold as many ids as tokens");
    }
    for (int i = 0; i < numbers.size(); i++) {
      ids.add(check(contents.get(i), numbers.get(i), tokens));
    }
  }

  private static int[] toArray(List<Integer> ids) {
    int[] array = new int[ids.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = ids.get(i);
    }
    return array;
  }
}
