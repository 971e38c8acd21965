package io.octavo.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of Python's strings. */
final class StringMethods {
  private StringMethods() {}

  /** The method of that name, or null if there is none. */
  static @Nullable Callable find(Work work, String text, String name) {
    return switch (name) {
      case "strip", "lstrip", "rstrip" ->
          (positional, named) ->
              strip(work, text, name, new Given(name, positional, named).allowOnly(1));
      case "split", "rsplit" ->
          (positional, named) ->
              split(
                  work,
                  text,
                  name.equals("rsplit"),
                  new Given(name, positional, named).allowOnly(2, "sep", "maxsplit"));
      case "splitlines" -> (positional, named) -> lines(work, text);
      case "startswith", "endswith" ->
          (positional, named) ->
              affix(
                  text, name, new Given(name, positional, named).allowOnly(1).require(0, "prefix"));
      case "removeprefix", "removesuffix" ->
          (positional, named) -> {
            String part = new Given(name, positional, named).allowOnly(1).string(0, "affix", null);
            work.spend(text.length());
            return name.equals("removeprefix")
                ? text.startsWith(part) ? text.substring(part.length()) : text
                : text.endsWith(part) ? text.substring(0, text.length() - part.length()) : text;
          };
      case "replace" ->
          (positional, named) -> {
            Given given = new Given(name, positional, named).allowOnly(3, "count");
            return replace(
                work,
                text,
                given.string(0, "old", null),
                given.string(1, "new", null),
                given.integer(2, "count", -1));
          };
      case "upper", "lower", "title", "capitalize" ->
          (positional, named) -> {
            new Given(name, positional, named).allowOnly(0);
            return cased(work, text, name);
          };
      case "find", "rfind", "index", "count" ->
          (positional, named) ->
              search(
                  work,
                  text,
                  name,
                  new Given(name, positional, named).allowOnly(1).string(0, "sub", null));
      case "join" ->
          (positional, named) ->
              join(
                  work,
                  text,
                  new Given(name, positional, named).allowOnly(1).require(0, "iterable"));
      case "isdigit" -> (positional, named) -> all(work, text, Character::isDigit);
      case "isalpha" -> (positional, named) -> all(work, text, Character::isLetter);
      case "isalnum" -> (positional, named) -> all(work, text, Character::isLetterOrDigit);
      case "isspace" -> (positional, named) -> all(work, text, Whitespace::is);
      case "isupper" ->
          (positional, named) ->
              text.chars().anyMatch(Character::isUpperCase)
                  && all(work, text, c -> !Character.isLowerCase(c));
      case "islower" ->
          (positional, named) ->
              text.chars().anyMatch(Character::isLowerCase)
                  && all(work, text, c -> !Character.isUpperCase(c));
      default -> null;
    };
  }

  private static boolean all(Work work, String text, IntPredicate test) {
    work.spend(text.length());
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  private static String strip(Work work, String text, String name, Given given) {
    Object wanted = given.get(0, "chars", null);
    work.spend(text.length());
    IntPredicate stripped = Whitespace::is;
    if (wanted != null) {
      String characters = Values.string(wanted, "what " + name + " takes away");
      work.search(text, characters);
      stripped = c -> characters.indexOf(c) >= 0;
    }
    int begin = 0;
    int end = text.length();
    while (!name.equals("rstrip") && begin < end && stripped.test(text.codePointAt(begin))) {
      begin += Character.charCount(text.codePointAt(begin));
    }
    while (!name.equals("lstrip") && end > begin && stripped.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(begin, end);
  }

  private static List<@Nullable Object> split(
      Work work, String text, boolean fromEnd, Given given) {
    Object separator = given.get(0, "sep", null);
    long most = given.integer(1, "maxsplit", -1);
    if (separator == null) {
      return words(work, text, fromEnd, most);
    }
    String between = Values.string(separator, "what a string is split at");
    if (between.isEmpty()) {
      throw JinjaException.failed("a string cannot be split at an empty one");
    }
    work.search(text, between);
    List<@Nullable Object> parts = new ArrayList<>();
    if (fromEnd) {
      int end = text.length();
      int at = text.lastIndexOf(between, end - between.length());
      while (at >= 0 && (most < 0 || parts.size() < most)) {
        work.spend(16);
        parts.addFirst(text.substring(at + between.length(), end));
        end = at;
        at = text.lastIndexOf(between, end - between.length());
      }
      parts.addFirst(text.substring(0, end));
    } else {
      int begin = 0;
      int at = text.indexOf(between);
      while (at >= 0 && (most < 0 || parts.size() < most)) {
        work.spend(16);
        parts.add(text.substring(begin, at));
        begin = at + between.length();
        at = text.indexOf(between, begin);
      }
      parts.add(text.substring(begin));
    }
    return parts;
  }

  private static List<@Nullable Object> words(Work work, String text, boolean fromEnd, long most) {
    if (fromEnd && most >= 0) {
      throw JinjaException.failed("rsplit needs a separator where it has a maximum");
    }
    work.spend(text.length(), 8);
    List<@Nullable Object> words = new ArrayList<>();
    String rest = Whitespace.stripStart(text);
    while (!rest.isEmpty() && (most < 0 || words.size() < most)) {
      int end = 0;
      while (end < rest.length() && !Whitespace.is(rest.charAt(end))) {
        end++;
      }
      words.add(rest.substring(0, end));
      work.spend(rest.length());
      rest = Whitespace.stripStart(rest.substring(end));
    }
    if (!rest.isEmpty()) {
      words.add(rest);
    }
    return words;
  }

  private static List<@Nullable Object> lines(Work work, String text) {
    work.spend(text.length(), 8);
    return new ArrayList<>(text.lines().toList());
  }

  private static boolean affix(String text, String name, @Nullable Object wanted) {
    if (wanted instanceof List<?> several) {
      return several.stream().anyMatch(each -> affix(text, name, each));
    }
    String affix = Values.string(wanted, "what " + name + " looks for");
    return name.equals("startswith") ? text.startsWith(affix) : text.endsWith(affix);
  }

  static String replace(Work work, String text, String old, String by, long most) {
    work.search(text, old);
    Output output = new Output(work);
    int begin = 0;
    int at = text.indexOf(old);
    for (long count = 0; at >= 0 && (most < 0 || count < most); count++) {
      output.append(text.substring(begin, at)).append(by);
      begin = at + old.length();
      if (old.isEmpty()) {
        if (at == text.length()) {
          break;
        }
        int next = text.offsetByCodePoints(at, 1);
        at = next;
      } else {
        at = text.indexOf(old, begin);
      }
    }
    return output.append(text.substring(begin)).toString();
  }

  static String cased(Work work, String text, String name) {
    work.spend(text.length());
    return switch (name) {
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      default -> {
        StringBuilder changed = new StringBuilder();
        boolean first = true;
        for (int c : text.codePoints().toArray()) {
          changed.appendCodePoint(first ? Character.toTitleCase(c) : Character.toLowerCase(c));
          first = name.equals("title") && !Character.isLetter(c);
        }
        yield changed.toString();
      }
    };
  }

  private static Object search(Work work, String text, String name, String part) {
    work.search(text, part);
    if (name.equals("count")) {
      long count = 0;
      for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
        count++;
        if (part.isEmpty()) {
          return (long) text.codePointCount(0, text.length()) + 1;
        }
      }
      return count;
    }
    int at = name.equals("rfind") ? text.lastIndexOf(part) : text.indexOf(part);
    if (at < 0 && name.equals("index")) {
      throw JinjaException.failed("a string does not contain '" + part + "'");
    }
    return at < 0 ? -1L : (long) text.codePointCount(0, at);
  }

  static String join(Work work, String between, @Nullable Object parts) {
    Output output = new Output(work);
    String separator = "";
    for (Object part : Values.elements(work, parts)) {
      output.append(separator).append(Text.of(work, part));
      separator = between;
    }
    return output.toString();
  }
}
