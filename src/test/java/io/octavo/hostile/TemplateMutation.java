package io.octavo.hostile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damage to a chat template: parts of it in other places, and what loops, recurs or grows. */
enum TemplateMutation {
  REPLACE,
  INSERT,
  INSERT_AGAIN,
  REMOVE_TAG,
  REPEAT_TAG,
  SWAP_TAGS,
  NEST,
  BYTES;

  private static final Pattern TAG = Pattern.compile("\\{[{%#].*?[}%#]}", Pattern.DOTALL);

  /** Each does in Jinja2 more than anybody has time or memory for, fails, or both. */
  static final List<String> HOSTILE =
      List.of(
          "{% for i in range(1000000000) %}{% endfor %}",
          "{% for a in range(9999) %}{% for b in range(9999) %}{{ a * b }}{% endfor %}{% endfor %}",
          "{% set n = namespace(s='ab') %}{% for i in range(100) %}{% set n.s = n.s ~ n.s %}"
              + "{% endfor %}{{ n.s }}",
          "{% set n = namespace(l=[1]) %}{% for i in range(100) %}{% set n.l = n.l + n.l %}"
              + "{% endfor %}{{ n.l | length }}",
          "{{ 'x' * 1000000000 }}",
          "{{ [0] * 1000000000 }}",
          "{{ 9 ** 9 ** 9 }}",
          "{{ 10 ** 400 }}{{ 2 ** 63 }}{{ -9223372036854775808 - 1 }}",
          "{{ range(1000000000) | list | length }}",
          "{{ range(1000000000) | join }}",
          "{{ range(0, 9223372036854775807, 1) | length }}{{ range(1, 2, 0) }}",
          "{{ messages | tojson(indent=1000000000) }}",
          "{{ 'ab' | replace('', 'x' * 1000000) | replace('x', 'y' * 1000000) }}",
          "{{ 'a' | center(1000000000) }}",
          "{{ 'a' | indent(1000000000) }}",
          "{{ '%1000000000s' | format('a') }}{{ '%s%s' | format('a') }}",
          "{% macro m(x) %}{{ m(x + 1) }}{% endmacro %}{{ m(0) }}",
          "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
          "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60)"
              + " }}",
          "{% set n = namespace() %}{% set n.n = n %}{{ n }}{{ n | tojson }}",
          "{% set n = namespace(l=[]) %}{% for i in range(300) %}{% set n.l = [n.l] %}{% endfor %}"
              + "{{ n.l }}{{ n.l | tojson }}{{ n.l == n.l }}",
          "{{ raise_exception('no') }}",
          "{{ raise_exception('x' * 100000) }}",
          "{{ strftime_now('%Q') }}{{ strftime_now('%Y') }}",
          "{{ messages.__class__.__mro__ }}{{ ''.__class__ }}",
          "{{ messages[99999999999999999999] }}{{ messages[-5].content }}",
          "{{ 1 / 0 }}{{ 1 % 0 }}{{ 1 // 0 }}",
          "{{ undefined_thing.field }}{{ none.x }}",
          "{{ messages | sort(attribute='content') | map('upper') | list }}",
          "{% include 'x' %}",
          "{% for m in messages recursive %}{{ loop(messages) }}{% endfor %}",
          "{% call(x) m() %}{% endcall %}",
          "{% set messages = messages * 100000 %}{{ messages | length }}",
          "{{ ('a' * 100000).split('') }}",
          "{{ ('a' * 200000) in ('a' * 199999 ~ 'b') * 10 }}",
          "{{ ('ab' * 100000).replace('a', 'a' * 100000) }}",
          "{{ (('a,' * 50000).split(',') | join(('x' * 50000))) }}",
          "{% raw %}{{ never closed",
          "{% if true %}",
          "{{ '\\ud800' }}\u0000");

  /** The template, damaged. */
  byte[] apply(byte[] bytes, Random random) {
    String template = new String(bytes, StandardCharsets.UTF_8);
    String hostile = HOSTILE.get(random.nextInt(HOSTILE.size()));
    List<int[]> tags = tags(template);
    if (tags.isEmpty() && this != REPLACE && this != NEST) {
      return ByteMutation.FLIP.apply(bytes, random);
    }
    String damaged =
        switch (this) {
          case REPLACE -> hostile;
          case INSERT, INSERT_AGAIN -> {
            int at = pick(tags, random)[random.nextInt(2)];
            yield template.substring(0, at) + hostile + template.substring(at);
          }
          case REMOVE_TAG -> without(template, pick(tags, random), "");
          case REPEAT_TAG -> {
            int[] tag = pick(tags, random);
            String text = template.substring(tag[0], tag[1]);
            yield without(template, tag, text.repeat(1 << random.nextInt(14)));
          }
          case SWAP_TAGS -> {
            int[] other = pick(tags, random);
            yield without(template, pick(tags, random), template.substring(other[0], other[1]));
          }
          case NEST -> nested(template, random);
          case BYTES ->
              new String(
                  Lies.pick(ByteMutation.values(), random).apply(bytes, random),
                  StandardCharsets.ISO_8859_1);
        };
    return damaged.getBytes(StandardCharsets.UTF_8);
  }

  private static String nested(String template, Random random) {
    int depth = 1 << random.nextInt(17);
    return switch (random.nextInt(4)) {
      case 0 -> "{% if true %}".repeat(depth) + template + "{% endif %}".repeat(depth);
      case 1 -> "{% for m in messages %}".repeat(depth) + "x" + "{% endfor %}".repeat(depth);
      case 2 -> "{{ " + "(".repeat(depth) + "1" + ")".repeat(depth) + " }}" + template;
      default -> template + "{{ " + "not ".repeat(depth) + "-".repeat(depth) + "1 }}";
    };
  }

  private static String without(String text, int[] span, String by) {
    return text.substring(0, span[0]) + by + text.substring(span[1]);
  }

  private static List<int[]> tags(String template) {
    List<int[]> tags = new ArrayList<>();
    Matcher matcher = TAG.matcher(template);
    while (matcher.find()) {
      tags.add(new int[] {matcher.start(), matcher.end()});
    }
    return tags;
  }

  private static int[] pick(List<int[]> tags, Random random) {
    return tags.get(random.nextInt(tags.size()));
  }
}
