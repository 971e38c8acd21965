package io.octavo.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads expressions; a method for each level of precedence, the loosest first. */
final class ExpressionParser {
  private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenReader tokens;

  ExpressionParser(TokenReader tokens) {
    this.tokens = tokens;
  }

  /** An expression. */
  Expression read() {
    tokens.enter();
    Expression value = disjunction();
    while (tokens.peek().isName("if")) {
      int line = tokens.next().line();
      Expression condition = disjunction();
      Expression otherwise = tokens.skipName("else") ? read() : null;
      value = new Expression.Conditional(line, condition, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  /** An expression, or several with commas between them, which are a tuple. */
  Expression readTuple() {
    int line = tokens.line();
    Expression first = read();
    if (!tokens.peek().isOperator(",")) {
      return first;
    }
    List<Expression> elements = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",") && startsExpression()) {
      elements.add(read());
    }
    return new Expression.TupleOf(line, elements);
  }

  /** An expression without a condition behind it, as in {@code for x in y if z}. */
  Expression readUnconditional() {
    tokens.enter();
    Expression value = disjunction();
    tokens.leave();
    return value;
  }

  private boolean startsExpression() {
    Token token = tokens.peek();
    return token.kind() != Token.Kind.BLOCK_END
        && token.kind() != Token.Kind.OUTPUT_END
        && !token.isOperator(")")
        && !token.isOperator("=");
  }

  private Expression disjunction() {
    Expression left = conjunction();
    while (tokens.peek().isName("or")) {
      left = new Expression.Logical(tokens.next().line(), false, left, conjunction());
    }
    return left;
  }

  private Expression conjunction() {
    Expression left = negation();
    while (tokens.peek().isName("and")) {
      left = new Expression.Logical(tokens.next().line(), true, left, negation());
    }
    return left;
  }

  private Expression negation() {
    if (!tokens.peek().isName("not")) {
      return comparison();
    }
    int line = tokens.next().line();
    tokens.enter();
    Expression operand = negation();
    tokens.leave();
    return new Expression.Not(line, operand);
  }

  private Expression comparison() {
    int line = tokens.line();
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> operands = new ArrayList<>(List.of(first));
    for (String operator = comparator(); operator != null; operator = comparator()) {
      operators.add(operator);
      operands.add(sum());
    }
    return operators.isEmpty() ? first : new Expression.Comparison(line, operators, operands);
  }

  private @Nullable String comparator() {
    Token token = tokens.peek();
    if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
      return tokens.next().text();
    }
    if (tokens.skipName("in")) {
      return "in";
    }
    if (token.isName("not") && tokens.peekSecond().isName("in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return null;
  }

  private Expression sum() {
    return binary(this::concatenation, "+", "-");
  }

  private Expression concatenation() {
    return binary(this::product, "~");
  }

  private Expression product() {
    return binary(this::power, "*", "/", "//", "%");
  }

  private Expression power() {
    return binary(() -> signed(true), "**");
  }

  private Expression binary(Supplier<Expression> operand, String... operators) {
    Expression left = operand.get();
    while (tokens.peek().kind() == Token.Kind.OPERATOR
        && List.of(operators).contains(tokens.peek().text())) {
      Token operator = tokens.next();
      left = new Expression.Binary(operator.line(), operator.text(), left, operand.get());
    }
    return left;
  }

  /** A filter or test behind {@code -x} belongs to the whole, a call or index to {@code x}. */
  private Expression signed(boolean filters) {
    Expression value;
    if (tokens.peek().isOperator("-") || tokens.peek().isOperator("+")) {
      Token sign = tokens.next();
      tokens.enter();
      value = new Expression.Sign(sign.line(), sign.text(), signed(false));
      tokens.leave();
    } else {
      value = postfix(primary());
    }
    return filters ? filtered(value) : value;
  }

  private Expression primary() {
    Token token = tokens.next();
    int line = token.line();
    return switch (token.kind()) {
      case NAME -> named(token);
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (tokens.peek().kind() == Token.Kind.STRING) {
          text.append(tokens.next().text());
        }
        yield new Expression.Literal(line, text.toString());
      }
      case INTEGER -> {
        try {
          yield new Expression.Literal(line, Long.valueOf(token.text()));
        } catch (NumberFormatException exception) {
          throw JinjaException.unsupported(line, "the number " + token.text() + " is too large");
        }
      }
      case FLOAT -> new Expression.Literal(line, Double.valueOf(token.text()));
      default -> {
        if (token.isOperator("(")) {
          yield parentheses(line);
        }
        if (token.isOperator("[")) {
          yield new Expression.ListOf(line, elements("]"));
        }
        if (token.isOperator("{")) {
          yield pairs(line);
        }
        throw JinjaException.damaged(line, token.shown() + " stands where a value should");
      }
    };
  }

  private static Expression named(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expression.Literal(token.line(), true);
      case "false", "False" -> new Expression.Literal(token.line(), false);
      case "none", "None" -> new Expression.Literal(token.line(), null);
      default -> new Expression.Variable(token.line(), token.text());
    };
  }

  private Expression parentheses(int line) {
    if (tokens.skipOperator(")")) {
      return new Expression.TupleOf(line, List.of());
    }
    Expression value = readTuple();
    tokens.expectOperator(")");
    return value;
  }

  private List<Expression> elements(String end) {
    List<Expression> elements = new ArrayList<>();
    while (!tokens.skipOperator(end)) {
      elements.add(read());
      if (!tokens.peek().isOperator(end)) {
        tokens.expectOperator(",");
      }
    }
    return elements;
  }

  private Expression pairs(int line) {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      keys.add(read());
      tokens.expectOperator(":");
      values.add(read());
      if (!tokens.peek().isOperator("}")) {
        tokens.expectOperator(",");
      }
    }
    return new Expression.Pairs(line, keys, values);
  }

  private Expression postfix(Expression object) {
    Expression value = object;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator(".")) {
        value = attribute(line, value);
      } else if (tokens.skipOperator("[")) {
        value = subscript(line, value);
      } else if (tokens.skipOperator("(")) {
        value = new Expression.Call(line, value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression attribute(int line, Expression object) {
    if (tokens.peek().kind() == Token.Kind.INTEGER) {
      Long index = Long.valueOf(tokens.next().text());
      return new Expression.Item(line, object, new Expression.Literal(line, index));
    }
    String name = tokens.expect(Token.Kind.NAME, "an attribute's name").text();
    return new Expression.Attribute(line, object, name);
  }

  private Expression subscript(int line, Expression object) {
    Expression from = tokens.peek().isOperator(":") ? null : read();
    if (tokens.skipOperator("]") && from != null) {
      return new Expression.Item(line, object, from);
    }
    tokens.expectOperator(":");
    Expression to = bound();
    Expression step = tokens.skipOperator(":") ? bound() : null;
    tokens.expectOperator("]");
    return new Expression.Slice(line, object, from, to, step);
  }

  private @Nullable Expression bound() {
    return tokens.peek().isOperator(":") || tokens.peek().isOperator("]") ? null : read();
  }

  /** Arguments, behind their opening parenthesis. */
  Expression.Arguments arguments() {
    List<Expression> positional = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Expression> named = new ArrayList<>();
    while (!tokens.skipOperator(")")) {
      if (tokens.peek().isOperator("*") || tokens.peek().isOperator("**")) {
        throw JinjaException.unsupported(
            tokens.line(), "arguments behind " + tokens.peek().text() + " are not supported");
      }
      if (tokens.peek().kind() == Token.Kind.NAME && tokens.peekSecond().isOperator("=")) {
        names.add(tokens.next().text());
        tokens.next();
        named.add(read());
      } else {
        positional.add(read());
      }
      if (!tokens.peek().isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new Expression.Arguments(positional, names, named);
  }

  /** A value with the filters and tests behind it. */
  Expression filtered(Expression input) {
    Expression value = input;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator("|")) {
        value = filter(line, value);
      } else if (tokens.skipName("is")) {
        boolean negated = tokens.skipName("not");
        Expression test = test(line, value);
        value = negated ? new Expression.Not(line, test) : test;
      } else if (tokens.peek().isOperator("(") && value != input) {
        tokens.next();
        value = new Expression.Call(line, value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression filter(int line, Expression input) {
    String name = tokens.expect(Token.Kind.NAME, "a filter's name").text();
    Expression.Arguments arguments =
        tokens.skipOperator("(") ? arguments() : Expression.Arguments.NONE;
    return new Expression.Filter(line, input, name, arguments);
  }

  /** The argument of a test can stand without parentheses, as in {@code is divisibleby 3}. */
  private Expression test(int line, Expression input) {
    Token name = tokens.next();
    boolean symbol = name.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(name.text());
    if (name.kind() != Token.Kind.NAME && !symbol) {
      throw JinjaException.damaged(name.line(), name.shown() + " stands where a test should");
    }
    Expression.Arguments arguments = Expression.Arguments.NONE;
    Token next = tokens.peek();
    if (tokens.skipOperator("(")) {
      arguments = arguments();
    } else if (next.kind() == Token.Kind.STRING
        || next.kind() == Token.Kind.INTEGER
        || next.kind() == Token.Kind.FLOAT
        || next.isOperator("[")
        || next.isOperator("{")
        || (next.kind() == Token.Kind.NAME
            && !List.of("else", "or", "and", "is", "if", "not", "in").contains(next.text()))) {
      Expression argument = postfix(primary());
      arguments = new Expression.Arguments(List.of(argument), List.of(), List.of());
    }
    return new Expression.Test(line, input, name.text(), arguments);
  }
}
