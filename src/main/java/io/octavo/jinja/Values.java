package io.octavo.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all values have in common, as Python has it. */
final class Values {
  private Values() {}

  static String type(@Nullable Object value) {
    return switch (value) {
      case null -> "none";
      case Undefined undefined -> undefined.description();
      case Boolean b -> "a Boolean";
      case Long l -> "an integer";
      case Double d -> "a float";
      case String s -> "a string";
      case Tuple t -> "a tuple";
      case List<?> l -> "a list";
      case Map<?, ?> m -> "a dictionary";
      case Namespace n -> "a namespace";
      case LoopState l -> "a loop";
      default -> "a function";
    };
  }

  static boolean truth(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Undefined undefined -> false;
      case Boolean b -> b;
      case Long l -> l != 0;
      case Double d -> d != 0;
      case String s -> !s.isEmpty();
      case List<?> l -> !l.isEmpty();
      case Map<?, ?> m -> !m.isEmpty();
      default -> true;
    };
  }

  /** A number, or a Boolean as one; null for everything else. */
  static @Nullable Number number(@Nullable Object value) {
    return switch (value) {
      case Number number -> number;
      case Boolean b -> b ? 1L : 0L;
      case null, default -> null;
    };
  }

  static boolean equal(Work work, @Nullable Object a, @Nullable Object b) {
    work.enter();
    boolean equal = equalValues(work, a, b);
    work.leave();
    return equal;
  }

  private static boolean equalValues(Work work, @Nullable Object a, @Nullable Object b) {
    Number x = number(a);
    Number y = number(b);
    if (x != null && y != null) {
      boolean exact = x instanceof Long && y instanceof Long;
      return exact ? x.longValue() == y.longValue() : x.doubleValue() == y.doubleValue();
    }
    if (a instanceof String s && b instanceof String t) {
      work.spend(Math.min(s.length(), t.length()));
      return s.equals(t);
    }
    if (a instanceof List<?> s && b instanceof List<?> t) {
      boolean equal = s.size() == t.size() && (s instanceof Tuple) == (t instanceof Tuple);
      for (int i = 0; equal && i < s.size(); i++) {
        equal = equal(work, s.get(i), t.get(i));
      }
      return equal;
    }
    if (a instanceof Map<?, ?> s && b instanceof Map<?, ?> t) {
      boolean equal = s.size() == t.size();
      for (Map.Entry<?, ?> entry : s.entrySet()) {
        equal =
            equal
                && t.containsKey(entry.getKey())
                && equal(work, entry.getValue(), t.get(entry.getKey()));
      }
      return equal;
    }
    return a == b || (a instanceof Undefined && b instanceof Undefined);
  }

  /** The order of numbers, of strings and of lists; others have none. */
  static int compare(Work work, @Nullable Object a, @Nullable Object b) {
    Number x = number(a);
    Number y = number(b);
    if (x != null && y != null) {
      return x instanceof Long && y instanceof Long
          ? Long.compare(x.longValue(), y.longValue())
          : Double.compare(x.doubleValue(), y.doubleValue());
    }
    if (a instanceof String s && b instanceof String t) {
      work.spend(1L + Math.min(s.length(), t.length()));
      return compareCodePoints(s, t);
    }
    if (a instanceof List<?> s && b instanceof List<?> t) {
      work.enter();
      int order = 0;
      for (int i = 0; order == 0 && i < Math.min(s.size(), t.size()); i++) {
        order = equal(work, s.get(i), t.get(i)) ? 0 : compare(work, s.get(i), t.get(i));
      }
      work.leave();
      return order != 0 ? order : Integer.compare(s.size(), t.size());
    }
    throw JinjaException.failed(type(a) + " and " + type(b) + " have no order");
  }

  private static int compareCodePoints(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length()) {
      int x = a.codePointAt(i);
      int y = b.codePointAt(i);
      if (x != y) {
        return Integer.compare(x, y);
      }
      i += Character.charCount(x);
    }
    return Integer.compare(a.length(), b.length());
  }

  static boolean contains(Work work, @Nullable Object container, @Nullable Object value) {
    switch (container) {
      case String text -> {
        if (value instanceof String part) {
          work.search(text, part);
          return text.contains(part);
        }
        throw JinjaException.failed("a string contains strings, and not " + type(value));
      }
      case Map<?, ?> map -> {
        return map.containsKey(key(value));
      }
      case null, default -> {
        for (Object element : elements(work, container)) {
          if (equal(work, element, value)) {
            return true;
          }
        }
        return false;
      }
    }
  }

  /** What a loop goes over: a list's elements, a dictionary's keys, a string's characters. */
  static List<@Nullable Object> elements(Work work, @Nullable Object value) {
    switch (value) {
      case List<?> list -> {
        work.spend(list.size(), 2);
        return new ArrayList<>(list);
      }
      case Map<?, ?> map -> {
        work.spend(map.size(), 2);
        return new ArrayList<>(map.keySet());
      }
      case Undefined undefined -> {
        return new ArrayList<>();
      }
      case String text -> {
        work.spend(text.length(), 16);
        List<@Nullable Object> characters = new ArrayList<>();
        text.codePoints().forEach(c -> characters.add(Character.toString(c)));
        return characters;
      }
      case null, default -> throw JinjaException.failed("nobody can loop over " + type(value));
    }
  }

  static long length(Work work, @Nullable Object value) {
    return switch (value) {
      case String text -> {
        work.spend(text.length());
        yield text.codePointCount(0, text.length());
      }
      case List<?> list -> list.size();
      case Map<?, ?> map -> map.size();
      case Undefined undefined -> 0;
      case null, default -> throw JinjaException.failed(type(value) + " has no length");
    };
  }

  /** A dictionary's key as it is kept: numbers that are equal are the same key. */
  static @Nullable Object key(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Boolean b -> b ? 1L : 0L;
      case Double d when d == Math.rint(d) && Math.abs(d) < 1e15 -> d.longValue();
      case String s -> s;
      case Number n -> n;
      default -> throw JinjaException.failed(type(value) + " cannot be a dictionary's key");
    };
  }

  static String string(@Nullable Object value, String what) {
    return switch (value) {
      case String text -> text;
      case Undefined undefined -> throw undefined.exception();
      case null, default ->
          throw JinjaException.failed(what + " should be a string and is " + type(value));
    };
  }

  static long integer(@Nullable Object value, String what) {
    return switch (value) {
      case Long number -> number;
      case Boolean b -> b ? 1 : 0;
      case Undefined undefined -> throw undefined.exception();
      case null, default ->
          throw JinjaException.failed(what + " should be an integer and is " + type(value));
    };
  }
}
