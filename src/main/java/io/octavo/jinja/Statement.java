package io.octavo.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that writes output or changes variables. */
sealed interface Statement {
  record Text(String text) implements Statement {}

  record Output(int line, Expression value) implements Statement {}

  /** The first branch whose condition holds; else the last body. */
  record If(List<Expression> conditions, List<List<Statement>> bodies, List<Statement> otherwise)
      implements Statement {}

  /** A loop over what {@code filter} accepts, or {@code otherwise} if there is nothing. */
  record For(
      int line,
      List<String> targets,
      Expression iterable,
      @Nullable Expression filter,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  /** Names get the value, or an element of it each if they are several. */
  record Assign(int line, List<String> targets, Expression value) implements Statement {}

  /** {@code set object.attribute = value}. */
  record AssignAttribute(int line, String object, String attribute, Expression value)
      implements Statement {}

  /** {@code set name}, what the body writes, {@code endset}. */
  record AssignBlock(int line, String target, Expression value, List<Statement> body)
      implements Statement {}

  record Define(Macro macro) implements Statement {}

  /** What the body writes, changed. */
  record FilterBlock(int line, Expression value, List<Statement> body) implements Statement {}

  record Jump(int line, boolean leaves) implements Statement {}

  /**
   * A macro as it is written.
   *
   * @param defaults by parameter; null where there is none
   */
  record Macro(
      int line,
      String name,
      List<String> parameters,
      List<@Nullable Expression> defaults,
      List<Statement> body) {}
}
