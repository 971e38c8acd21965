package io.octavo.hostile;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Damage to a JSON text, which mostly stays JSON. */
enum JsonMutation {
  LIE,
  LIE_AGAIN,
  LIE_ONCE_MORE,
  REMOVE,
  TWICE,
  OFTEN,
  RENAME,
  BORROW,
  DEEP,
  HUGE_STRING,
  MANY_NAMES,
  MANY_VALUES,
  MANY_OBJECTS;

  private static final List<JsonMutation> LARGE =
      List.of(HUGE_STRING, MANY_NAMES, MANY_VALUES, MANY_OBJECTS);

  private static final List<JsonMutation> SMALL =
      Stream.of(values()).filter(mutation -> !LARGE.contains(mutation)).toList();

  /** Those that make a file large are rare, because each takes as long as many others. */
  static JsonMutation choose(Random random) {
    List<JsonMutation> some = random.nextInt(60) == 0 ? LARGE : SMALL;
    return some.get(random.nextInt(some.size()));
  }

  /** The text, damaged. */
  byte[] apply(byte[] text, Random random) {
    List<JsonSpans.Span> spans = JsonSpans.of(text);
    if (spans.isEmpty()) {
      return ByteMutation.FLIP.apply(text, random);
    }
    JsonSpans.Span span = JsonSpans.choose(spans, random);
    byte[] member = Arrays.copyOfRange(text, span.member(), span.end());
    byte[] value = Arrays.copyOfRange(text, span.start(), span.end());
    return switch (this) {
      case LIE, LIE_AGAIN, LIE_ONCE_MORE ->
          replace(text, span.start(), span.end(), bytes(Lies.value(random)));
      case REMOVE -> replace(text, span.member(), after(text, span.end()), new byte[0]);
      case TWICE -> replace(text, span.end(), span.end(), ByteMutation.join(bytes(","), member));
      case OFTEN -> {
        int times = Math.min(1 << random.nextInt(18), 2_000_000 / member.length);
        byte[] more = new byte[times * (member.length + 1)];
        for (int i = 0; i < more.length; i++) {
          int at = i % (member.length + 1);
          more[i] = at == 0 ? (byte) ',' : member[at - 1];
        }
        yield replace(text, span.end(), span.end(), more);
      }
      case RENAME ->
          span.member() == span.start()
              ? replace(text, span.start(), span.end(), bytes(Lies.value(random)))
              : replace(text, span.member() + 1, span.member() + 1, bytes("x"));
      case BORROW -> {
        JsonSpans.Span other = JsonSpans.choose(spans, random);
        byte[] borrowed = Arrays.copyOfRange(text, other.start(), other.end());
        yield replace(text, span.start(), span.end(), borrowed);
      }
      case DEEP -> {
        int depth = random.nextBoolean() ? 100_000 : 1 + random.nextInt(80);
        byte[] begin = bytes((random.nextBoolean() ? "[" : "{\"a\":").repeat(depth));
        byte[] end = bytes(begin[0] == '[' ? "]".repeat(depth) : "}".repeat(depth));
        yield replace(
            text,
            span.start(),
            span.end(),
            random.nextBoolean() ? begin : ByteMutation.join(begin, value, end));
      }
      case HUGE_STRING ->
          replace(
              text,
              span.start(),
              span.end(),
              bytes(
                  "\""
                      + (random.nextBoolean() ? "a" : "\u00e9 ")
                          .repeat(5_000_000)
                          .repeat(1 + random.nextInt(4))
                      + "\""));
      case MANY_NAMES -> {
        StringBuilder names = new StringBuilder("{");
        for (int i = 0; i < 1_000_000; i++) {
          names.append(i == 0 ? "\"" : ",\"").append(i).append("\":").append(i);
        }
        yield replace(text, span.start(), span.end(), bytes(names.append('}').toString()));
      }
      case MANY_VALUES -> {
        String name = "n".repeat(1 << random.nextInt(16));
        String array = "[" + "0,".repeat(1 << (10 + random.nextInt(13))) + "0]";
        yield replace(text, span.start(), span.end(), bytes("{\"" + name + "\":" + array + "}"));
      }
      case MANY_OBJECTS ->
          replace(text, span.start(), span.end(), bytes("[" + "{},".repeat(3_000_000) + "{}]"));
    };
  }

  private static int after(byte[] text, int end) {
    return end < text.length && text[end] == ',' ? end + 1 : end;
  }

  private static byte[] replace(byte[] text, int start, int end, byte[] by) {
    return ByteMutation.join(
        Arrays.copyOf(text, start), by, Arrays.copyOfRange(text, end, text.length));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
