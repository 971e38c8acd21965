package io.octavo.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads text, outputs and blocks. */
final class StatementParser {
  private final TokenReader tokens;
  private final ExpressionParser expressions;
  private int loops;

  private StatementParser(TokenReader tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  /**
   * The statements of a template.
   *
   * @throws JinjaException if it is no sound template, or uses what is not supported
   */
  static List<Statement> read(String template) {
    StatementParser parser = new StatementParser(new TokenReader(Lexer.tokens(template)));
    List<Statement> statements = parser.body();
    if (parser.tokens.peek().kind() != Token.Kind.END) {
      parser.tokens.next();
      throw parser.tokens.unexpected("a block");
    }
    return statements;
  }

  /** Statements up to the template's end, or to a block that belongs to the one around them. */
  private List<Statement> body() {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (tokens.peek().kind() != Token.Kind.END && !closes()) {
      Token token = tokens.next();
      switch (token.kind()) {
        case TEXT -> statements.add(new Statement.Text(token.text()));
        case OUTPUT_BEGIN -> {
          statements.add(new Statement.Output(token.line(), expressions.readTuple()));
          tokens.expect(Token.Kind.OUTPUT_END, "'}}'");
        }
        default -> block(statements);
      }
    }
    tokens.leave();
    return List.copyOf(statements);
  }

  private boolean closes() {
    String name = tokens.peekSecond().text();
    return tokens.peek().kind() == Token.Kind.BLOCK_BEGIN
        && tokens.peekSecond().kind() == Token.Kind.NAME
        && (name.startsWith("end") || name.equals("else") || name.equals("elif"));
  }

  private void block(List<Statement> statements) {
    Token name = tokens.expect(Token.Kind.NAME, "a block's name");
    int line = name.line();
    switch (name.text()) {
      case "if" -> statements.add(condition());
      case "for" -> statements.add(loop(line));
      case "set" -> statements.add(assignment(line));
      case "macro" -> statements.add(macro(line));
      case "filter" -> {
        Expression value = firstFilter(line);
        endBlock();
        statements.add(new Statement.FilterBlock(line, value, enclosed("endfilter")));
      }
      case "generation" -> {
        // The transformers library's mark of what an assistant wrote; the text is the body's.
        endBlock();
        statements.addAll(enclosed("endgeneration"));
      }
      case "break", "continue" -> {
        if (loops == 0) {
          throw JinjaException.damaged(line, "'" + name.text() + "' stands outside of a loop");
        }
        endBlock();
        statements.add(new Statement.Jump(line, name.text().equals("break")));
      }
      default ->
          throw JinjaException.unsupported(
              line, "a block of the name '" + name.text() + "' is not supported");
    }
  }

  private void endBlock() {
    tokens.expect(Token.Kind.BLOCK_END, "'%}'");
  }

  /** A block's name in a tag of its own. */
  private void tag(String name) {
    tokens.expect(Token.Kind.BLOCK_BEGIN, "'{% " + name + " %}'");
    tokens.expectName(name);
  }

  private List<Statement> enclosed(String end) {
    List<Statement> body = body();
    tag(end);
    endBlock();
    return body;
  }

  private boolean atTag(String name) {
    return tokens.peek().kind() == Token.Kind.BLOCK_BEGIN && tokens.peekSecond().isName(name);
  }

  private Statement condition() {
    List<Expression> conditions = new ArrayList<>();
    List<List<Statement>> bodies = new ArrayList<>();
    do {
      if (!conditions.isEmpty()) {
        tag("elif");
      }
      conditions.add(expressions.readTuple());
      endBlock();
      bodies.add(body());
    } while (atTag("elif"));
    return new Statement.If(conditions, bodies, otherwise("endif"));
  }

  private List<Statement> otherwise(String end) {
    List<Statement> otherwise = List.of();
    if (atTag("else")) {
      tag("else");
      endBlock();
      otherwise = body();
    }
    tag(end);
    endBlock();
    return otherwise;
  }

  private Statement loop(int line) {
    List<String> targets = targets();
    tokens.expectName("in");
    Expression first = expressions.readUnconditional();
    Expression iterable = first;
    if (tokens.peek().isOperator(",")) {
      List<Expression> elements = new ArrayList<>(List.of(first));
      while (tokens.skipOperator(",")) {
        elements.add(expressions.readUnconditional());
      }
      iterable = new Expression.TupleOf(line, elements);
    }
    Expression filter = tokens.skipName("if") ? expressions.read() : null;
    if (tokens.peek().isName("recursive")) {
      throw JinjaException.unsupported(line, "recursive loops are not supported");
    }
    endBlock();
    loops++;
    List<Statement> body = body();
    loops--;
    return new Statement.For(line, targets, iterable, filter, body, otherwise("endfor"));
  }

  private List<String> targets() {
    boolean enclosed = tokens.skipOperator("(");
    List<String> targets = new ArrayList<>();
    do {
      targets.add(tokens.expect(Token.Kind.NAME, "a variable's name").text());
    } while (tokens.skipOperator(","));
    if (enclosed) {
      tokens.expectOperator(")");
    }
    return targets;
  }

  private Statement assignment(int line) {
    List<String> targets = targets();
    String target = targets.getFirst();
    if (targets.size() == 1 && tokens.skipOperator(".")) {
      String attribute = tokens.expect(Token.Kind.NAME, "an attribute's name").text();
      tokens.expectOperator("=");
      Expression value = expressions.readTuple();
      endBlock();
      return new Statement.AssignAttribute(line, target, attribute, value);
    }
    if (tokens.skipOperator("=")) {
      Expression value = expressions.readTuple();
      endBlock();
      return new Statement.Assign(line, targets, value);
    }
    if (targets.size() > 1) {
      throw tokens.unexpected("'='");
    }
    Expression value = expressions.filtered(new Expression.Variable(line, Renderer.BODY));
    endBlock();
    return new Statement.AssignBlock(line, target, value, enclosed("endset"));
  }

  /** The filters of a filter block, around its body. */
  private Expression firstFilter(int line) {
    String name = tokens.expect(Token.Kind.NAME, "a filter's name").text();
    Expression.Arguments arguments =
        tokens.skipOperator("(") ? expressions.arguments() : Expression.Arguments.NONE;
    return expressions.filtered(
        new Expression.Filter(line, new Expression.Variable(line, Renderer.BODY), name, arguments));
  }

  private Statement macro(int line) {
    String name = tokens.expect(Token.Kind.NAME, "a macro's name").text();
    tokens.expectOperator("(");
    List<String> parameters = new ArrayList<>();
    List<@Nullable Expression> defaults = new ArrayList<>();
    while (!tokens.skipOperator(")")) {
      parameters.add(tokens.expect(Token.Kind.NAME, "a parameter's name").text());
      defaults.add(tokens.skipOperator("=") ? expressions.read() : null);
      if (!tokens.peek().isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    endBlock();
    int outside = loops;
    loops = 0;
    List<Statement> body = enclosed("endmacro");
    loops = outside;
    return new Statement.Define(new Statement.Macro(line, name, parameters, defaults, body));
  }
}
