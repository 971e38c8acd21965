package io.octavo.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What stands behind {@code |}. */
final class Filters {
  private Filters() {}

  static @Nullable Object apply(Work work, String name, @Nullable Object input, Given given) {
    return switch (name) {
      case "default", "d" -> {
        boolean falseToo =
            given.allowOnly(2, "default_value", "boolean").truth(1, "boolean", false);
        boolean absent = input instanceof Undefined || (falseToo && !Values.truth(input));
        yield absent ? given.get(0, "default_value", "") : input;
      }
      case "length", "count" -> Values.length(work, input);
      case "string" -> Text.of(work, input);
      case "safe" -> input;
      case "tojson" -> Json.of(work, input, given);
      case "trim" -> {
        Callable strip = StringMethods.find(work, Text.of(work, input), "strip");
        yield strip == null ? input : strip.call(given.positional(), given.named());
      }
      case "upper", "lower", "title", "capitalize" ->
          StringMethods.cased(work, Text.of(work, input), name);
      case "replace" ->
          StringMethods.replace(
              work,
              Text.of(work, input),
              given.allowOnly(3, "old", "new", "count").string(0, "old", null),
              given.string(1, "new", null),
              given.integer(2, "count", -1));
      case "indent" -> indented(work, Text.of(work, input), given);
      case "escape", "e" -> escaped(work, Text.of(work, input));
      case "int" -> integer(work, input, given);
      case "float" -> floating(work, input, given);
      case "abs" -> absolute(input);
      case "round" -> rounded(input, given);
      case "join" -> joined(work, input, given);
      default -> ofElements(work, name, input, given);
    };
  }

  private static @Nullable Object ofElements(
      Work work, String name, @Nullable Object input, Given given) {
    return switch (name) {
      case "list" -> Values.elements(work, input);
      case "items" ->
          switch (input) {
            case Map<?, ?> map -> Members.items(work, map);
            case Undefined undefined -> new ArrayList<@Nullable Object>();
            case null, default ->
                throw JinjaException.failed("items needs a dictionary, not " + Values.type(input));
          };
      case "dictsort" -> {
        if (!(input instanceof Map<?, ?> map)) {
          throw JinjaException.failed("dictsort needs a dictionary, not " + Values.type(input));
        }
        given.allowOnly(0);
        yield sorted(work, Members.items(work, map), new Given("sort", List.of(), Map.of()));
      }
      case "first", "last" -> {
        List<@Nullable Object> elements = Values.elements(work, input);
        yield elements.isEmpty()
            ? new Undefined("the " + name + " element of what is empty")
            : name.equals("first") ? elements.getFirst() : elements.getLast();
      }
      case "reverse" -> {
        List<@Nullable Object> elements = Values.elements(work, input);
        Collections.reverse(elements);
        yield input instanceof String ? StringMethods.join(work, "", elements) : elements;
      }
      case "sort" -> sorted(work, Values.elements(work, input), given);
      case "unique" -> unique(work, Values.elements(work, input));
      case "sum" -> sum(work, Values.elements(work, input), given);
      case "min", "max" -> {
        List<@Nullable Object> sorted =
            sorted(work, Values.elements(work, input), new Given(name, List.of(), Map.of()));
        yield sorted.isEmpty()
            ? new Undefined("the " + name + " of nothing")
            : name.equals("min") ? sorted.getFirst() : sorted.getLast();
      }
      case "map" -> mapped(work, input, given);
      case "select", "reject", "selectattr", "rejectattr" -> selected(work, name, input, given);
      default ->
          throw new JinjaException(
              JinjaException.Kind.UNSUPPORTED, 0, "the filter '" + name + "' is not supported");
    };
  }

  private static String joined(Work work, @Nullable Object input, Given given) {
    given.allowOnly(2, "d", "attribute");
    Object attribute = given.get(1, "attribute", null);
    Object parts = input;
    if (attribute != null) {
      parts = attributes(work, Values.elements(work, input), attribute);
    }
    return StringMethods.join(work, Text.of(work, given.get(0, "d", "")), parts);
  }

  private static List<@Nullable Object> attributes(
      Work work, List<@Nullable Object> elements, @Nullable Object attribute) {
    elements.replaceAll(element -> attribute(work, element, attribute));
    return elements;
  }

  /** An attribute by its name, or by several with dots between them. */
  private static @Nullable Object attribute(
      Work work, @Nullable Object object, @Nullable Object attribute) {
    if (!(attribute instanceof String path)) {
      return Operators.item(work, object, attribute);
    }
    Object value = object;
    for (String name : path.split("\\.", -1)) {
      work.spend(1);
      value = Operators.item(work, value, name);
    }
    return value;
  }

  private static List<@Nullable Object> mapped(Work work, @Nullable Object input, Given given) {
    List<@Nullable Object> elements = Values.elements(work, input);
    if (given.named().containsKey("attribute")) {
      given.allowOnly(0, "attribute", "default");
      List<@Nullable Object> values = attributes(work, elements, given.get(0, "attribute", null));
      if (given.named().containsKey("default")) {
        Object otherwise = given.named().get("default");
        values.replaceAll(value -> value instanceof Undefined ? otherwise : value);
      }
      return values;
    }
    String name = given.string(0, "filter", null);
    Given rest = new Given(name, rest(given, 1), given.named());
    elements.replaceAll(
        element -> {
          work.enter();
          Object value = apply(work, name, element, rest);
          work.leave();
          return value;
        });
    return elements;
  }

  private static List<@Nullable Object> rest(Given given, int from) {
    List<@Nullable Object> all = given.positional();
    return all.subList(Math.min(from, all.size()), all.size());
  }

  private static List<@Nullable Object> selected(
      Work work, String name, @Nullable Object input, Given given) {
    boolean byAttribute = name.endsWith("attr");
    Object attribute = byAttribute ? given.require(0, "attribute") : null;
    int first = byAttribute ? 1 : 0;
    List<@Nullable Object> kept = new ArrayList<>();
    Predicate<@Nullable Object> test = Values::truth;
    if (given.positional().size() > first) {
      String testName = given.string(first, "test", null);
      Given rest = new Given(testName, rest(given, first + 1), given.named());
      test = value -> Tests.holds(work, testName, value, rest);
    }
    for (Object element : Values.elements(work, input)) {
      Object value = byAttribute ? attribute(work, element, attribute) : element;
      if (test.test(value) == name.startsWith("select")) {
        kept.add(element);
      }
    }
    return kept;
  }

  private static List<@Nullable Object> sorted(
      Work work, List<@Nullable Object> elements, Given given) {
    given.allowOnly(3, "reverse", "case_sensitive", "attribute");
    Object attribute = given.get(2, "attribute", null);
    boolean caseSensitive = given.truth(1, "case_sensitive", false);
    Comparator<@Nullable Object> order =
        (a, b) ->
            Values.compare(
                work,
                key(work, a, attribute, caseSensitive),
                key(work, b, attribute, caseSensitive));
    elements.sort(given.truth(0, "reverse", false) ? order.reversed() : order);
    return elements;
  }

  private static @Nullable Object key(
      Work work, @Nullable Object element, @Nullable Object attribute, boolean caseSensitive) {
    Object value = attribute == null ? element : attribute(work, element, attribute);
    return value instanceof String text && !caseSensitive
        ? StringMethods.cased(work, text, "lower")
        : value;
  }

  private static List<@Nullable Object> unique(Work work, List<@Nullable Object> elements) {
    List<@Nullable Object> unique = new ArrayList<>();
    for (Object element : elements) {
      Object key = key(work, element, null, false);
      if (unique.stream()
          .noneMatch(each -> Values.equal(work, key(work, each, null, false), key))) {
        unique.add(element);
      }
    }
    return unique;
  }

  private static @Nullable Object sum(Work work, List<@Nullable Object> elements, Given given) {
    given.allowOnly(2, "attribute", "start");
    Object attribute = given.get(0, "attribute", null);
    Object sum = given.get(1, "start", 0L);
    for (Object element : elements) {
      Object value = attribute == null ? element : attribute(work, element, attribute);
      sum = Operators.binary(work, "+", sum, value);
    }
    return sum;
  }

  private static String indented(Work work, String text, Given given) {
    given.allowOnly(3, "width", "first", "blank");
    Object width = given.get(0, "width", 4L);
    String margin =
        width instanceof String written
            ? written
            : " ".repeat(Math.clamp(Values.integer(width, "width"), 0, 1000));
    Output output = new Output(work);
    boolean first = true;
    for (String line : text.split("\n", -1)) {
      boolean indents =
          first
              ? given.truth(1, "first", false)
              : !line.isEmpty() || given.truth(2, "blank", false);
      output.append(first ? "" : "\n").append(indents ? margin : "").append(line);
      first = false;
    }
    return output.toString();
  }

  private static String escaped(Work work, String text) {
    Output output = new Output(work);
    return output
        .append(
            text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;"))
        .toString();
  }

  private static @Nullable Object integer(Work work, @Nullable Object input, Given given) {
    Object otherwise = given.allowOnly(1, "default").get(0, "default", 0L);
    Object number = input instanceof String text ? parsed(work, text) : Values.number(input);
    return switch (number) {
      case Long exact -> exact;
      case Double d when Math.abs(d) < 0x1p63 -> (Object) d.longValue();
      case null, default -> otherwise;
    };
  }

  private static @Nullable Object floating(Work work, @Nullable Object input, Given given) {
    Object otherwise = given.allowOnly(1, "default").get(0, "default", 0.0);
    Object number = input instanceof String text ? parsed(work, text) : Values.number(input);
    return number instanceof Number known ? (Object) known.doubleValue() : otherwise;
  }

  private static @Nullable Number parsed(Work work, String text) {
    work.spend(text.length());
    String written = text.strip();
    if (written.length() > 400 || !written.matches("[+-]?\\d*\\.?\\d+([eE][+-]?\\d+)?")) {
      return null;
    }
    double value = Double.parseDouble(written);
    return written.matches("[+-]?\\d{1,18}") ? (Number) Long.valueOf(written) : (Number) value;
  }

  private static Object absolute(@Nullable Object input) {
    return switch (Values.number(input)) {
      case Long number when number != Long.MIN_VALUE -> Math.abs(number);
      case Double number -> Math.abs(number);
      case null, default -> throw JinjaException.failed("abs needs a number");
    };
  }

  private static Object rounded(@Nullable Object input, Given given) {
    Number number = Values.number(input);
    if (number == null) {
      throw JinjaException.failed("round needs a number");
    }
    given.allowOnly(2, "precision", "method");
    int digits = Math.clamp(given.integer(0, "precision", 0), -300, 300);
    RoundingMode mode =
        switch (given.string(1, "method", "common")) {
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> RoundingMode.HALF_EVEN;
        };
    double value = number.doubleValue();
    return Double.isFinite(value)
        ? new BigDecimal(value).setScale(digits, mode).doubleValue()
        : value;
  }
}
