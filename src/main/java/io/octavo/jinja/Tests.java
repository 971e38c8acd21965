package io.octavo.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands behind {@code is}. */
final class Tests {
  private Tests() {}

  static boolean holds(Work work, String name, @Nullable Object value, Given given) {
    Number number = Values.number(value);
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "number" -> number != null;
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map<?, ?>;
      case "sequence", "iterable" ->
          value instanceof String
              || value instanceof List<?>
              || value instanceof Map<?, ?>
              || value instanceof Undefined;
      case "callable" -> value instanceof Callable;
      case "even" -> Math.floorMod(Values.integer(value, "what is even"), 2L) == 0;
      case "odd" -> Math.floorMod(Values.integer(value, "what is odd"), 2L) == 1;
      case "divisibleby" -> {
        long divisor = Values.integer(given.require(0, "num"), "a divisor");
        if (divisor == 0) {
          throw JinjaException.failed("nothing is divisible by 0");
        }
        yield Values.integer(value, "what is divisible") % divisor == 0;
      }
      case "lower" -> cased(work, value, "islower");
      case "upper" -> cased(work, value, "isupper");
      case "in" -> Values.contains(work, given.require(0, "seq"), value);
      case "sameas" -> {
        Object other = given.require(0, "other");
        yield value instanceof Boolean ? value.equals(other) : value == other;
      }
      case "eq", "equalto", "==" -> Values.equal(work, value, given.require(0, "other"));
      case "ne", "!=" -> !Values.equal(work, value, given.require(0, "other"));
      case "lt", "lessthan", "<" -> Values.compare(work, value, given.require(0, "other")) < 0;
      case "le", "<=" -> Values.compare(work, value, given.require(0, "other")) <= 0;
      case "gt", "greaterthan", ">" -> Values.compare(work, value, given.require(0, "other")) > 0;
      case "ge", ">=" -> Values.compare(work, value, given.require(0, "other")) >= 0;
      default ->
          throw new JinjaException(
              JinjaException.Kind.UNSUPPORTED, 0, "the test '" + name + "' is not supported");
    };
  }

  private static boolean cased(Work work, @Nullable Object value, String method) {
    Callable callable = StringMethods.find(work, Text.of(work, value), method);
    return callable != null && Values.truth(callable.call(List.of(), Map.of()));
  }
}
