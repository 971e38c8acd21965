package io.octavo.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A template that was read. Safe for any number of threads. */
public final class Template {
  /** Longer than any template in use, which are of up to 20,000 characters. */
  private static final int LONGEST = 1 << 20;

  private final List<Statement> statements;

  private Template(List<Statement> statements) {
    this.statements = statements;
  }

  /**
   * Reads a template.
   *
   * @throws JinjaException if it is no sound template, or uses what is not supported
   */
  public static Template of(String source) {
    if (source.length() > LONGEST) {
      throw JinjaException.damaged(1, "is longer than " + LONGEST + " characters");
    }
    return new Template(StatementParser.read(source));
  }

  /**
   * Renders it.
   *
   * @param variables by name: strings, longs, doubles, Booleans, lists and maps of these, {@link
   *     Callable}s, or null
   * @param inputLength how many characters the variables have; what a template may do grows with it
   * @throws JinjaException if it fails, does more than it may, or refuses what it is given
   */
  public String render(Map<String, @Nullable Object> variables, long inputLength) {
    Work work = new Work(inputLength);
    Map<String, @Nullable Object> all = new LinkedHashMap<>(Globals.functions(work));
    all.putAll(variables);
    return new Renderer(work).render(statements, Scope.of(all));
  }
}
