package io.octavo.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Works out expressions. */
final class Evaluator {
  private final Work work;

  Evaluator(Work work) {
    this.work = work;
  }

  /**
   * The value of an expression.
   *
   * @throws JinjaException if it has none; with its line
   */
  @Nullable Object value(Expression expression, Scope scope) {
    work.enter();
    try {
      return valueOf(expression, scope);
    } catch (JinjaException exception) {
      throw exception.at(expression.line());
    } finally {
      work.leave();
    }
  }

  boolean truth(Expression expression, Scope scope) {
    return Values.truth(value(expression, scope));
  }

  private @Nullable Object valueOf(Expression expression, Scope scope) {
    return switch (expression) {
      case Expression.Literal literal -> literal.value();
      case Expression.Variable variable -> scope.get(variable.name());
      case Expression.ListOf list -> values(list.elements(), scope);
      case Expression.TupleOf tuple -> new Tuple(values(tuple.elements(), scope));
      case Expression.Pairs pairs -> dictionary(pairs, scope);
      case Expression.Attribute attribute ->
          Members.get(work, value(attribute.object(), scope), attribute.name());
      case Expression.Item item -> item(item, scope);
      case Expression.Slice slice ->
          Operators.slice(
              work,
              value(slice.object(), scope),
              bound(slice.from(), scope),
              bound(slice.to(), scope),
              bound(slice.step(), scope));
      case Expression.Call call -> call(call, scope);
      case Expression.Filter filter ->
          Filters.apply(
              work,
              filter.name(),
              value(filter.input(), scope),
              given(filter.name(), filter.arguments(), scope));
      case Expression.Test test ->
          Tests.holds(
              work,
              test.name(),
              value(test.input(), scope),
              given(test.name(), test.arguments(), scope));
      case Expression.Sign sign -> Operators.signed(sign.operator(), value(sign.operand(), scope));
      case Expression.Not not -> !truth(not.operand(), scope);
      case Expression.Logical logical -> {
        Object left = value(logical.left(), scope);
        yield Values.truth(left) == logical.conjunction() ? value(logical.right(), scope) : left;
      }
      case Expression.Binary binary ->
          Operators.binary(
              work, binary.operator(), value(binary.left(), scope), value(binary.right(), scope));
      case Expression.Comparison comparison -> comparison(comparison, scope);
      case Expression.Conditional conditional -> {
        if (truth(conditional.condition(), scope)) {
          yield value(conditional.then(), scope);
        }
        Expression otherwise = conditional.otherwise();
        yield otherwise == null
            ? new Undefined("what has a condition without else")
            : value(otherwise, scope);
      }
    };
  }

  private List<@Nullable Object> values(List<Expression> expressions, Scope scope) {
    List<@Nullable Object> values = new ArrayList<>();
    for (Expression expression : expressions) {
      values.add(value(expression, scope));
    }
    return values;
  }

  private Map<@Nullable Object, @Nullable Object> dictionary(Expression.Pairs pairs, Scope scope) {
    Map<@Nullable Object, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.keys().size(); i++) {
      map.put(Values.key(value(pairs.keys().get(i), scope)), value(pairs.values().get(i), scope));
    }
    return map;
  }

  private @Nullable Object item(Expression.Item item, Scope scope) {
    Object object = value(item.object(), scope);
    Object index = value(item.index(), scope);
    return index instanceof String name && !(object instanceof Map<?, ?>)
        ? Members.get(work, object, name)
        : Operators.item(work, object, index);
  }

  private @Nullable Object bound(@Nullable Expression expression, Scope scope) {
    return expression == null ? null : value(expression, scope);
  }

  private boolean comparison(Expression.Comparison comparison, Scope scope) {
    Object left = value(comparison.operands().getFirst(), scope);
    for (int i = 0; i < comparison.operators().size(); i++) {
      Object right = value(comparison.operands().get(i + 1), scope);
      if (!Operators.compare(work, comparison.operators().get(i), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private @Nullable Object call(Expression.Call call, Scope scope) {
    Object function = value(call.function(), scope);
    return switch (function) {
      case Callable callable -> {
        Given given = given("a function", call.arguments(), scope);
        yield callable.call(given.positional(), given.named());
      }
      case Undefined undefined -> throw undefined.exception();
      case null, default ->
          throw JinjaException.failed(Values.type(function) + " cannot be called");
    };
  }

  private Given given(String what, Expression.Arguments arguments, Scope scope) {
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    List<@Nullable Object> positional = values(arguments.positional(), scope);
    for (int i = 0; i < arguments.names().size(); i++) {
      named.put(arguments.names().get(i), value(arguments.named().get(i), scope));
    }
    return new Given(what, positional, named);
  }
}
