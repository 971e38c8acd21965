package io.octavo.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that has a value. */
sealed interface Expression {
  /** Where it stands in the template, from 1. */
  int line();

  /** A value that is written out; null is none. */
  record Literal(int line, @Nullable Object value) implements Expression {}

  record Variable(int line, String name) implements Expression {}

  record ListOf(int line, List<Expression> elements) implements Expression {}

  /** Values with commas between them. */
  record TupleOf(int line, List<Expression> elements) implements Expression {}

  record Pairs(int line, List<Expression> keys, List<Expression> values) implements Expression {}

  /** {@code object.name}. */
  record Attribute(int line, Expression object, String name) implements Expression {}

  /** {@code object[index]}. */
  record Item(int line, Expression object, Expression index) implements Expression {}

  /** {@code object[from:to:step]}. */
  record Slice(
      int line,
      Expression object,
      @Nullable Expression from,
      @Nullable Expression to,
      @Nullable Expression step)
      implements Expression {}

  record Call(int line, Expression function, Arguments arguments) implements Expression {}

  record Filter(int line, Expression input, String name, Arguments arguments)
      implements Expression {}

  record Test(int line, Expression input, String name, Arguments arguments) implements Expression {}

  /** {@code -x} and {@code +x}. */
  record Sign(int line, String operator, Expression operand) implements Expression {}

  record Not(int line, Expression operand) implements Expression {}

  /** {@code and} and {@code or}, whose right side is looked at only where it matters. */
  record Logical(int line, boolean conjunction, Expression left, Expression right)
      implements Expression {}

  /** Arithmetic and {@code ~}. */
  record Binary(int line, String operator, Expression left, Expression right)
      implements Expression {}

  /** {@code a < b <= c}: every neighbouring pair has to hold. */
  record Comparison(int line, List<String> operators, List<Expression> operands)
      implements Expression {}

  record Conditional(
      int line, Expression condition, Expression then, @Nullable Expression otherwise)
      implements Expression {}

  /** What stands between the parentheses of a call. */
  record Arguments(List<Expression> positional, List<String> names, List<Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), List.of(), List.of());
  }
}
