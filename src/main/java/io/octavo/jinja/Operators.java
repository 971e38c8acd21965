package io.octavo.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arithmetic, comparison, indices and slices. */
final class Operators {
  private Operators() {}

  static @Nullable Object binary(
      Work work, String operator, @Nullable Object left, @Nullable Object right) {
    if (operator.equals("~")) {
      return joined(work, Text.of(work, left), Text.of(work, right));
    }
    if (left instanceof Undefined undefined) {
      throw undefined.exception();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.exception();
    }
    Number x = Values.number(left);
    Number y = Values.number(right);
    if (x != null && y != null) {
      return arithmetic(operator, x, y);
    }
    if (operator.equals("+") && left instanceof String s && right instanceof String t) {
      return joined(work, s, t);
    }
    if (operator.equals("+")
        && left instanceof List<?> s
        && right instanceof List<?> t
        && isTuple(left) == isTuple(right)) {
      work.spend((long) s.size() + t.size());
      List<@Nullable Object> both = new ArrayList<>(s);
      both.addAll(t);
      return like(left, both);
    }
    if (operator.equals("*") && left instanceof String s && right instanceof Long times) {
      return repeated(work, s, times);
    }
    if (operator.equals("*") && right instanceof String s && left instanceof Long times) {
      return repeated(work, s, times);
    }
    throw JinjaException.failed(
        "there is no " + Values.type(left) + " " + operator + " " + Values.type(right));
  }

  private static String joined(Work work, String left, String right) {
    return new Output(work).append(left).append(right).toString();
  }

  private static String repeated(Work work, String text, long times) {
    if (times <= 0 || text.isEmpty()) {
      return "";
    }
    work.spend(text.length(), times);
    return text.repeat((int) times);
  }

  private static Object arithmetic(String operator, Number x, Number y) {
    try {
      return x instanceof Long && y instanceof Long && !operator.equals("/")
          ? integers(operator, x.longValue(), y.longValue())
          : floats(operator, x.doubleValue(), y.doubleValue());
    } catch (ArithmeticException exception) {
      throw JinjaException.failed(x + " " + operator + " " + y + " is no number that is served");
    }
  }

  private static Object integers(String operator, long x, long y) {
    return switch (operator) {
      case "+" -> Math.addExact(x, y);
      case "-" -> Math.subtractExact(x, y);
      case "*" -> Math.multiplyExact(x, y);
      case "//" -> Math.floorDiv(x, y);
      case "%" -> Math.floorMod(x, y);
      default -> y < 0 ? (Object) Math.pow((double) x, (double) y) : (Object) power(x, y);
    };
  }

  private static long power(long base, long exponent) {
    long power = 1;
    if (base == 0 || base == 1) {
      return exponent == 0 ? 1 : base;
    }
    if (base == -1) {
      return exponent % 2 == 0 ? 1 : -1;
    }
    for (long i = 0; i < exponent; i++) {
      power = Math.multiplyExact(power, base);
    }
    return power;
  }

  private static double floats(String operator, double x, double y) {
    if (y == 0 && List.of("/", "//", "%").contains(operator)) {
      throw new ArithmeticException();
    }
    return switch (operator) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "/" -> x / y;
      case "//" -> Math.floor(x / y);
      case "%" -> x - y * Math.floor(x / y);
      default -> Math.pow(x, y);
    };
  }

  static boolean compare(
      Work work, String operator, @Nullable Object left, @Nullable Object right) {
    return switch (operator) {
      case "==" -> Values.equal(work, left, right);
      case "!=" -> !Values.equal(work, left, right);
      case "in" -> Values.contains(work, right, left);
      case "not in" -> !Values.contains(work, right, left);
      case "<" -> Values.compare(work, left, right) < 0;
      case "<=" -> Values.compare(work, left, right) <= 0;
      case ">" -> Values.compare(work, left, right) > 0;
      default -> Values.compare(work, left, right) >= 0;
    };
  }

  static Object signed(String operator, @Nullable Object value) {
    Number number = Values.number(value);
    if (number == null) {
      throw JinjaException.failed("there is no " + operator + Values.type(value));
    }
    return arithmetic("*", number, operator.equals("+") ? 1L : -1L);
  }

  /** {@code object[index]}. */
  static @Nullable Object item(Work work, @Nullable Object object, @Nullable Object index) {
    switch (object) {
      case Map<?, ?> map -> {
        Object key = Values.key(index);
        return map.containsKey(key) ? map.get(key) : new Undefined("the key " + shown(work, index));
      }
      case List<?> list when Values.number(index) instanceof Long place -> {
        long at = place < 0 ? place + list.size() : place;
        return at >= 0 && at < list.size()
            ? list.get((int) at)
            : new Undefined("element " + place + " of a list of " + list.size());
      }
      case String text when Values.number(index) instanceof Long place -> {
        List<@Nullable Object> characters = Values.elements(work, text);
        return item(work, characters, place);
      }
      case Undefined undefined -> throw undefined.exception();
      case null, default -> {
        return new Undefined("element " + shown(work, index) + " of " + Values.type(object));
      }
    }
  }

  private static String shown(Work work, @Nullable Object value) {
    return value instanceof Number || value instanceof String
        ? "'" + Text.of(work, value) + "'"
        : Values.type(value);
  }

  /** {@code object[from:to:step]}, where a bound is none that is not written. */
  static Object slice(
      Work work,
      @Nullable Object object,
      @Nullable Object from,
      @Nullable Object to,
      @Nullable Object by) {
    if (object instanceof Undefined undefined) {
      throw undefined.exception();
    }
    if (!(object instanceof List<?>) && !(object instanceof String)) {
      throw JinjaException.failed(Values.type(object) + " cannot be cut into slices");
    }
    List<@Nullable Object> all = Values.elements(work, object);
    long step = by == null ? 1 : Values.integer(by, "a slice's step");
    if (step == 0) {
      throw JinjaException.failed("a slice's step cannot be 0");
    }
    int size = all.size();
    long begin = bound(from, step > 0 ? 0 : size - 1L, size, step);
    long end = bound(to, step > 0 ? size : -1, size, step);
    List<@Nullable Object> part = new ArrayList<>();
    for (long i = begin; step > 0 ? i < end : i > end; i += step) {
      part.add(all.get((int) i));
      if (Math.abs(step) >= size) {
        break;
      }
    }
    return object instanceof String ? concatenated(work, part) : like(object, part);
  }

  private static boolean isTuple(@Nullable Object value) {
    return value instanceof Tuple;
  }

  /** A list of the same kind as another. */
  private static List<@Nullable Object> like(
      @Nullable Object kind, List<@Nullable Object> elements) {
    return isTuple(kind) ? new Tuple(elements) : elements;
  }

  private static long bound(@Nullable Object value, long otherwise, int size, long step) {
    if (value == null) {
      return otherwise;
    }
    long place = Values.integer(value, "a slice's bound");
    long at = place < 0 ? place + size : place;
    long lowest = step > 0 ? 0 : -1;
    return Math.clamp(at, lowest, step > 0 ? size : size - 1);
  }

  private static String concatenated(Work work, List<@Nullable Object> parts) {
    Output output = new Output(work);
    parts.forEach(part -> output.append(Text.of(work, part)));
    return output.toString();
  }
}
