package io.octavo.text;

import io.octavo.error.UnsupportedModelException;
import io.octavo.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * How tokens are written as text, as the field {@code decoder} of a tokenizer's file says: changes
 * to each token, one after the other, then its bytes, and what is taken off the beginning of the
 * whole.
 *
 * @param steps changes to a token, in their order
 * @param form how bytes stand in a token
 * @param strippedCharacter what is taken off the beginning
 * @param stripped how many of them at most
 */
record TextDecoding(List<Step> steps, Form form, char strippedCharacter, int stripped) {
  private static final int LONGEST_REPLACEMENT = TextNormalizer.LONGEST_REPLACEMENT;

  /** A change to a token. */
  @FunctionalInterface
  interface Step {
    /**
     * The token, changed.
     *
     * @param first whether it is the first of its text
     */
    String change(String token, boolean first);
  }

  /** How bytes stand in a token. */
  enum Form {
    /** As characters. */
    CHARACTERS,
    /** As characters, but for tokens like {@code <0x0A>}, which are a byte each. */
    BYTE_TOKENS,
    /** As the visible characters of {@link ByteLevel}. */
    BYTE_LEVEL
  }

  /** The bytes of a token. */
  byte[] bytes(String token, boolean first) {
    String text = token;
    for (Step step : steps) {
      text = step.change(text, first);
    }
    return switch (form) {
      case CHARACTERS -> text.getBytes(StandardCharsets.UTF_8);
      case BYTE_TOKENS -> {
        int value = ByteTokens.value(text);
        yield value < 0 ? text.getBytes(StandardCharsets.UTF_8) : new byte[] {(byte) value};
      }
      case BYTE_LEVEL -> ByteLevel.bytes(text);
    };
  }

  /**
   * Reads the field.
   *
   * @throws UnsupportedModelException if it asks for what cannot be done token by token
   */
  static TextDecoding from(JsonValue json) {
    if (json.isNull()) {
      return new TextDecoding(
          List.of((token, first) -> first ? token : " " + token), Form.CHARACTERS, ' ', 0);
    }
    Builder builder = new Builder();
    builder.add(json);
    return builder.build();
  }

  /** Puts steps into the one order in which they can be done token by token. */
  private static final class Builder {
    private final List<Step> steps = new ArrayList<>();
    private Form form = Form.CHARACTERS;
    private boolean fused;
    private char strippedCharacter = ' ';
    private int stripped;

    void add(JsonValue json) {
      String type = json.get("type").string();
      switch (type) {
        case "Sequence" -> {
          json.allowOnly("type", "decoders");
          json.get("decoders").array().forEach(this::add);
        }
        case "Replace" -> {
          json.allowOnly("type", "pattern", "content");
          String pattern = TextNormalizer.literal(json.get("pattern"));
          String content = json.get("content").string();
          if (content.length() > LONGEST_REPLACEMENT) {
            throw unsupported(json, "a replacement of " + content.length() + " characters");
          }
          addStep(json, (token, first) -> token.replace(pattern, content));
        }
        case "ByteFallback" -> setForm(json, Form.BYTE_TOKENS);
        case "ByteLevel" -> setForm(json, Form.BYTE_LEVEL);
        case "Fuse" -> fused = true;
        case "Strip" -> addStrip(json);
        case "Metaspace" -> addStep(json, Metaspace.from(json)::decoded);
        case "WordPiece" -> {
          json.allowOnly("type", "prefix", "cleanup");
          String prefix = json.get("prefix").string();
          boolean tidies = json.get("cleanup").bool();
          addStep(json, (token, first) -> WordPiece.decoded(token, first, prefix, tidies));
        }
        default -> throw unsupported(json, "decoder \"" + type + "\"");
      }
    }

    private void addStep(JsonValue json, Step step) {
      if (form != Form.CHARACTERS || fused) {
        throw unsupported(json, "a change to tokens that are bytes, or one text, already");
      }
      if (steps.size() == PreTokenizerSequence.MOST_STEPS) {
        throw unsupported(json, "more than " + PreTokenizerSequence.MOST_STEPS + " decoders");
      }
      steps.add(step);
    }

    private void setForm(JsonValue json, Form value) {
      if (form != Form.CHARACTERS || fused) {
        throw unsupported(json, "a second way of writing bytes");
      }
      form = value;
    }

    private void addStrip(JsonValue json) {
      json.allowOnly("type", "content", "start", "stop");
      String content = json.get("content").string();
      if (!fused || stripped > 0 || content.length() != 1 || json.get("stop").integer() != 0) {
        throw unsupported(json, "anything but one character at the beginning of the whole text");
      }
      strippedCharacter = content.charAt(0);
      stripped = json.get("start").integer();
    }

    private static UnsupportedModelException unsupported(JsonValue json, String what) {
      return new UnsupportedModelException(
          json.file(), json.path() + ": " + what + " is not supported");
    }

    TextDecoding build() {
      return new TextDecoding(List.copyOf(steps), form, strippedCharacter, stripped);
    }
  }
}
