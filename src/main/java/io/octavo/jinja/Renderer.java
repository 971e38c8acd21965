package io.octavo.jinja;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out statements. */
final class Renderer {
  /** Names what the body of a block wrote, where filters are applied to it; no template can. */
  static final String BODY = "the body";

  /** How a body ended. */
  private enum Flow {
    ON,
    BREAK,
    CONTINUE
  }

  private final Work work;
  private final Evaluator evaluator;

  Renderer(Work work) {
    this.work = work;
    this.evaluator = new Evaluator(work);
  }

  /** What the statements write. */
  String render(List<Statement> statements, Scope scope) {
    Output output = new Output(work);
    run(statements, scope, output);
    return output.toString();
  }

  private Flow run(List<Statement> statements, Scope scope, Output output) {
    work.enter();
    Flow flow = Flow.ON;
    for (int i = 0; i < statements.size() && flow == Flow.ON; i++) {
      flow = run(statements.get(i), scope, output);
    }
    work.leave();
    return flow;
  }

  private Flow run(Statement statement, Scope scope, Output output) {
    work.spend(1);
    switch (statement) {
      case Statement.Text text -> output.append(text.text());
      case Statement.Output written ->
          output.append(text(written.line(), evaluator.value(written.value(), scope)));
      case Statement.If branches -> {
        return branch(branches, scope, output);
      }
      case Statement.For loop -> {
        return loop(loop, scope, output);
      }
      case Statement.Assign assign ->
          assign(assign.line(), assign.targets(), evaluator.value(assign.value(), scope), scope);
      case Statement.AssignAttribute assign -> {
        Object value = evaluator.value(assign.value(), scope);
        if (!(scope.get(assign.object()) instanceof Namespace namespace)) {
          throw JinjaException.damaged(
              assign.line(),
              "'" + assign.object() + "' is no namespace whose attribute can be set");
        }
        namespace.attributes().put(assign.attribute(), value);
      }
      case Statement.AssignBlock block ->
          scope.set(block.target(), filtered(block.value(), block.body(), scope));
      case Statement.FilterBlock block ->
          output.append(text(block.line(), filtered(block.value(), block.body(), scope)));
      case Statement.Define define ->
          scope.set(define.macro().name(), macro(define.macro(), scope));
      case Statement.Jump jump -> {
        return jump.leaves() ? Flow.BREAK : Flow.CONTINUE;
      }
    }
    return Flow.ON;
  }

  private String text(int line, @Nullable Object value) {
    try {
      return Text.of(work, value);
    } catch (JinjaException exception) {
      throw exception.at(line);
    }
  }

  private @Nullable Object filtered(Expression value, List<Statement> body, Scope scope) {
    Scope inner = scope.inner();
    inner.set(BODY, render(body, scope.inner()));
    return evaluator.value(value, inner);
  }

  private Flow branch(Statement.If branches, Scope scope, Output output) {
    for (int i = 0; i < branches.conditions().size(); i++) {
      if (evaluator.truth(branches.conditions().get(i), scope)) {
        return run(branches.bodies().get(i), scope, output);
      }
    }
    return run(branches.otherwise(), scope, output);
  }

  private Flow loop(Statement.For loop, Scope scope, Output output) {
    List<@Nullable Object> elements = elements(loop, scope);
    if (elements.isEmpty()) {
      return run(loop.otherwise(), scope.inner(), output);
    }
    LoopState state = new LoopState(elements);
    for (int i = 0; i < elements.size(); i++) {
      state.at(i);
      Scope inner = scope.inner();
      assign(loop.line(), loop.targets(), elements.get(i), inner);
      inner.set("loop", state);
      if (run(loop.body(), inner, output) == Flow.BREAK) {
        break;
      }
    }
    return Flow.ON;
  }

  /** What a loop goes over: the elements that its condition accepts. */
  private List<@Nullable Object> elements(Statement.For loop, Scope scope) {
    List<@Nullable Object> elements;
    try {
      elements = Values.elements(work, evaluator.value(loop.iterable(), scope));
    } catch (JinjaException exception) {
      throw exception.at(loop.line());
    }
    Expression filter = loop.filter();
    if (filter == null) {
      return elements;
    }
    List<@Nullable Object> accepted = new ArrayList<>();
    for (Object element : elements) {
      Scope inner = scope.inner();
      assign(loop.line(), loop.targets(), element, inner);
      if (evaluator.truth(filter, inner)) {
        accepted.add(element);
      }
    }
    return accepted;
  }

  private void assign(int line, List<String> targets, @Nullable Object value, Scope scope) {
    if (targets.size() == 1) {
      scope.set(targets.getFirst(), value);
      return;
    }
    if (!(value instanceof List<?> parts) || parts.size() != targets.size()) {
      throw JinjaException.damaged(
          line, targets.size() + " variables cannot be set from " + Values.type(value));
    }
    for (int i = 0; i < targets.size(); i++) {
      scope.set(targets.get(i), parts.get(i));
    }
  }

  private Callable macro(Statement.Macro macro, Scope scope) {
    return (positional, named) -> {
      Given given = new Given("the macro '" + macro.name() + "'", positional, named);
      given.allowOnly(macro.parameters().size(), macro.parameters().toArray(String[]::new));
      Scope inner = scope.inner();
      for (int i = 0; i < macro.parameters().size(); i++) {
        String name = macro.parameters().get(i);
        Expression otherwise = macro.defaults().get(i);
        if (given.has(i, name)) {
          inner.set(name, given.get(i, name, null));
        } else if (otherwise != null) {
          inner.set(name, evaluator.value(otherwise, inner));
        } else {
          inner.set(name, new Undefined("'" + name + "' of the macro '" + macro.name() + "'"));
        }
      }
      return render(macro.body(), inner);
    };
  }
}
