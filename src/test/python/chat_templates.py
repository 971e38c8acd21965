"""Writes fixtures/chat-templates.json: what Jinja2 makes of templates under the transformers library's settings.

The templates are this project's own, in the constructs of those that models come with. Needs jinja2 3.1.
Run: python3 src/test/python/chat_templates.py > src/test/resources/fixtures/chat-templates.json
"""

import datetime
import json

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Generation(jinja2.ext.Extension):
    """The library's mark of what an assistant wrote: its body is rendered as it is."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def strftime_now(pattern):
    return datetime.datetime(2026, 3, 9, 15, 4, 5).strftime(pattern)


environment = ImmutableSandboxedEnvironment(
    trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
)
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception
environment.globals["strftime_now"] = strftime_now

SYSTEM = {"role": "system", "content": "  You answer briefly.\n"}
USER = {"role": "user", "content": " What is 2 + 2? "}
ASSISTANT = {"role": "assistant", "content": "4"}
AGAIN = {"role": "user", "content": "And\n3 + 3?"}
THOUGHT = {"role": "assistant", "content": "<think>\nTwo and two.\n</think>\n\nIt is 4.\n"}
UNICODE = {"role": "user", "content": "\u00dcn\u00efc\u00f6de \U0001f600 \"quoted\" 'single' <b>&</b>\u00a0"}
CONVERSATIONS = {
    "user": [USER],
    "system": [SYSTEM, USER],
    "turns": [USER, ASSISTANT, AGAIN],
    "all": [SYSTEM, USER, THOUGHT, AGAIN, ASSISTANT],
    "unicode": [SYSTEM, UNICODE],
    "twice": [USER, AGAIN],
    "nobody": [],
}

TEMPLATES = {
    # Marks around each message, in one line.
    "marks": "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
    # A default system message where the first one is none.
    "default-system": """{% for message in messages %}
{% if loop.first and messages[0]['role'] != 'system' %}
{{ '<|im_start|>system\\nBe helpful<|im_end|>\\n' }}{% endif %}
{{'<|im_start|>' + message['role'] + '\\n' + message['content']}}
{% if (loop.last and add_generation_prompt) or not loop.last %}
{{ '<|im_end|>' + '\\n'}}{% endif %}
{% endfor %}
{% if add_generation_prompt and messages and messages[-1]['role'] != 'assistant' %}{{ '<|im_start|>assistant\\n' }}{% endif %}
""",
    # Brackets, alternating roles, the system's message inside of the first user's.
    "brackets": "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}"
    "{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}"
    "{% set system_message = false %}{% endif %}{% for message in loop_messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Roles have to alternate user/assistant/user/assistant/...') }}{% endif %}"
    "{% if loop.index0 == 0 and system_message != false %}"
    "{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}"
    "{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}"
    "{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
    "{{ ' ' + content | trim + ' ' + eos_token }}{% endif %}{% endfor %}",
    # Headers, the beginning of text in front of the first.
    "headers": "{% set loop_messages = messages %}{% for message in loop_messages %}"
    "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim"
    " + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}",
    # Headers with a date, tools and much white space control.
    "headers-date": """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- The first message, if the system says it. #}
{%- if messages and messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}

{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\\n" }}
{%- endif %}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("One call at a time!") }}
        {%- endif %}
        {%- set tool_call = message.tool_calls[0].function %}
        {{- '{"name": "' + tool_call.name + '", "parameters": ' }}
        {{- tool_call.arguments | tojson }}
        {{- "}" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
""",
    # Thoughts are left out of earlier answers; the last question is looked for from behind.
    "thoughts": """{%- if tools %}
    {{- '<|im_start|>system\\n# Tools' }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "<|im_end|>\\n" }}
{%- else %}
    {%- if messages and messages[0].role == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {%- if loop.last or (not loop.last and reasoning_content) %}
                {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}""",
    # The assistant is called model, and there is no system.
    "turn-model": "{{ bos_token }}{% if messages and messages[0]['role'] == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate') }}{% endif %}{% if (message['role'] == 'assistant') %}"
    "{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}"
    "{{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{'<start_of_turn>model\\n'}}{% endif %}",
    # Content that is a text or a list of parts; the system's in front of the first user's.
    "parts": """{{ bos_token }}
{%- if messages and messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}
        {%- set first_user_prefix = messages[0]['content'] + '

' -%}
    {%- else -%}
        {%- set first_user_prefix = messages[0]['content'][0]['text'] + '

' -%}
    {%- endif -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = "" -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Conversation roles must alternate") }}
    {%- endif -%}
    {{ '<start_of_turn>' + message['role'] + '
' + (first_user_prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- elif message['content'] is iterable -%}
        {%- for item in message['content'] -%}
            {%- if item['type'] == 'image' -%}
                {{ '<start_of_image>' }}
            {%- elif item['type'] == 'text' -%}
                {{ item['text'] | trim }}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ raise_exception("Invalid content type") }}
    {%- endif -%}
    {{ '<end_of_turn>
' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'<start_of_turn>model
'}}
{%- endif -%}
""",
    # A line for each role, newlines that the tags' ends eat.
    "lines": """{% for message in messages %}
{% if message['role'] == 'user' %}
{{ '<|user|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'system' %}
{{ '<|system|>\\n' + message['content'] + eos_token }}
{% elif message['role'] == 'assistant' %}
{{ '<|assistant|>\\n'  + message['content'] + eos_token }}
{% endif %}
{% if loop.last and add_generation_prompt %}
{{ '<|assistant|>' }}
{% endif %}
{% endfor %}""",
    # Ends of turns, and the end of text where nothing is to follow.
    "ends": "{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}"
    "{{'<|system|>\\n' + message['content'] + '<|end|>\\n'}}{% elif message['role'] == 'user' %}"
    "{{'<|user|>\\n' + message['content'] + '<|end|>\\n'}}{% elif message['role'] == 'assistant' %}"
    "{{'<|assistant|>\\n' + message['content'] + '<|end|>\\n'}}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\\n' }}{% else %}{{ eos_token }}{% endif %}",
    # Instructions with filters, selectattr and a namespace.
    "instructions": """{%- if messages and messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or message.role == "tool_results" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("After the optional system message, roles must alternate") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- else %}
        {{- raise_exception("Only user and assistant roles are supported, not " ~ message.role) }}
    {%- endif %}
{%- endfor %}
{{- user_messages | length }}
""",
    # A macro, marked answers, an early end.
    "macro": """{% macro turn(role, content, end='</s>') %}
[{{ role | upper }}]{{ content | trim | replace('\\n', ' ') }}{{ end }}
{% endmacro %}
{% for message in messages if message.role != 'system' %}
{% if loop.index > 3 %}{% break %}{% endif %}
{% if message.role == 'assistant' %}
{% generation %}
{{ turn('bot', message.content, end='') }}{% endgeneration %}
{% else %}
{{ turn(message.role, content=message.content) }}
{%- endif %}
{% else %}
nobody said anything
{% endfor %}""",
}

SNIPPETS = r"""
{{ 1 }} {{ -2 }} {{ 1.0 }} {{ 1.5e3 }} {{ 1e22 }} {{ 1.5e-7 }} {{ 0.1 + 0.2 }} {{ 1_000 }}
{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 7.5 // 2 }} {{ -7.5 % 2 }}
{{ 'a' ~ 1 ~ none ~ true ~ 2.0 ~ [1, 'x', "it's"] ~ {'k': none} }}
{{ 'ab' * 3 }}{{ 2 * 'c' }}{{ 'a' 'b' }}{{ [1] + [2, 3] }}
{{ none }} {{ true }} {{ False }} {{ [none, true, 1.0, 'a\n\'"'] }} {{ {} }} {{ [] }}
{{ 1 == 1.0 }} {{ true == 1 }} {{ 'a' == 1 }} {{ [1, 'a'] == [1.0, 'a'] }} {{ none == false }} {{ {'a': 1} == {'a': 1.0} }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 'abc' < 'abd' }} {{ [1, 2] < [1, 3] }} {{ 2 >= 2.0 }} {{ 1 != 2 }}
{{ 'b' in 'abc' }} {{ 2 in [1, 2] }} {{ 'k' in {'k': 0} }} {{ 'x' not in 'abc' }} {{ 'a' in nothing }} {{ not 1 in [1] }}
{{ 1 and 0 or 'x' }} {{ '' or 'y' }} {{ not '' }} {{ not none and not [] }} {{ 0 or none }} {{ 1 and 'z' }}
{{ 'a' if true else 'b' }}{{ 'a' if false }}{{ 'a' if 0 else 'b' if 0 else 'c' }}
{{ nothing }}{{ nothing is defined }}{{ nothing is undefined }}{{ nothing | default('d') }}{{ '' | default('e', true) }}{{ '' | d('f') }}|
{{ nothing == nothing2 }} {{ nothing | length }} {{ not nothing }} {% for x in nothing %}x{% endfor %}
{{ nothing.attribute }}
{{ nothing + 'x' }}
{{ nothing() }}
{{ nothing['x'] }}
{{ {'a': {'b': [10, 20]}}.a.b[1] }} {{ {'a': 1}.z is defined }} {{ {'a': 1}['z'] }} {{ 'x'.zzz is defined }}
{{ [1, 2, 3][-1] }} {{ [1, 2, 3][5] is defined }} {{ 'h\u00e9llo'[1] }} {{ 'hello'[-1] }} {{ [[1, 2], [3]][0][1] }}
{{ 'hello'[1:3] }} {{ 'hello'[::-1] }} {{ 'hello'[:-1] }} {{ 'hello'[-3:] }} {{ [1, 2, 3, 4][::2] }} {{ [1, 2, 3][10:] }} {{ [1,2,3,4][3:0:-2] }} {{ 'hello'[-100:100] }} {{ ''[::-1] }}
{{ '\U0001f600\u00e9a'[0] }} {{ '\U0001f600\u00e9a' | length }} {{ '\U0001f600\u00e9a'[::-1] }}
{{ ' a '.strip() }}|{{ ' a '.lstrip() }}|{{ ' a '.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'xyaxy'.lstrip('yx') }}|{{ '\n\u00a0a'.strip() }}|
{{ 'a,b,c'.split(',') }} {{ ' a  b '.split() }} {{ 'a,b,c'.split(',', 1) }} {{ 'a,b,c'.rsplit(',', 1) }} {{ 'abc'.split('x') }} {{ ''.split(',') }} {{ ''.split() }} {{ 'a b c'.split(none, 1) }}
{{ 'abc'.startswith('ab') }} {{ 'abc'.endswith('bc') }} {{ 'abc'.startswith(('x', 'a')) }} {{ 'abc'.startswith('') }}
{{ 'aXbX'.replace('X', '--') }} {{ 'aXbX'.replace('X', '-', 1) }} {{ 'abc'.replace('', '.') }} {{ 'a' | replace('a', 'b') }}
{{ 'hello world'.upper() }} {{ 'ABC'.lower() }} {{ 'hello wORLD'.title() }} {{ 'hELLO'.capitalize() }} {{ 'hello' | capitalize }} {{ 'x y' | title }}
{{ 'hello'.find('l') }} {{ 'hello'.rfind('l') }} {{ 'hello'.find('z') }} {{ 'hello'.count('l') }} {{ 'hello'.index('e') }} {{ ', '.join(['a', 'b']) }}
{{ 'prefix-x'.removeprefix('prefix-') }} {{ 'x.txt'.removesuffix('.txt') }} {{ 'a\nb\n'.splitlines() }} {{ '12'.isdigit() }} {{ 'a1'.isalpha() }} {{ 'A'.isupper() }} {{ ' '.isspace() }}
{{ {'a': 1, 'b': 2}.items() | list }} {{ {'a': 1}.keys() | list }} {{ {'a': 1}.values() | list }} {{ {'a': 1}.get('a') }} {{ {'a': 1}.get('b') }} {{ {'a': 1}.get('b', 'c') }}
{% for k, v in {'x': 1, 'y': 'z'}.items() %}{{ k }}={{ v }};{% endfor %}{% for k in {'p': 1} %}{{ k }}{% endfor %}{% for k, v in {'b': 1, 'a': 2} | dictsort %}{{ k }}{{ v }}{% endfor %}{% for k, v in {'x': 1} | items %}{{ k }}{{ v }}{% endfor %}
{% for x in [1, 2, 3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.previtem is defined }}{{ loop.nextitem }}{{ loop.cycle('a', 'b') }} {% endfor %}
{% for x in [1, 2, 3, 4] if x is even %}{{ loop.index }}:{{ x }}/{{ loop.length }} {% else %}none{% endfor %}
{% for x in [] %}x{% else %}empty{% endfor %}{% for x in [1] if x > 1 %}x{% else %}nothing{% endfor %}
{% for x in range(5) %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}
{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}
{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}
{% set ns = namespace(a=1, b='x') %}{% for i in range(3) %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c is defined }}
{% set a, b = 1, 2 %}{{ a }}{{ b }}{% for a, b in [[1, 2], [3, 4]] %}{{ a }}{{ b }}{% endfor %}{% for (a, b) in [(5, 6)] %}{{ a + b }}{% endfor %}
{% set t %}a {{ 1 + 1 }} b{% endset %}[{{ t }}]{% set u | trim | upper %}  x {% endset %}[{{ u }}]
{% filter upper %}abc{{ 'd' }}{% endfilter %}{% filter replace('a', 'b') | upper %}xa{% endfilter %}
{% macro f(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }} {{ f(1, 3) }} {{ f(1, c='z') }} {{ f(b=1, a=0) }}
{% macro f(a) %}{% if a > 0 %}{{ a }}{{ f(a - 1) }}{% endif %}{% endmacro %}{{ f(3) }}{% set g = f %}{{ g(1) | trim }}
{{ [3, 1, 2] | sort }} {{ ['b', 'A', 'c'] | sort }} {{ [1, 2] | reverse | list }} {{ 'ab' | reverse }} {{ [1, 1, 2] | unique | list }} {{ [1, 2] | sum }} {{ [3, 1] | min }} {{ [3, 1] | max }} {{ [3, 1, 2] | sort(reverse=true) }}
{{ [1, 2] | first }} {{ [1, 2] | last }} {{ [] | first }} {{ 'abc' | first }} {{ 'abc' | list }} {{ [1, 2] | join('-') }} {{ ['a', 'b'] | join }} {{ [{'n': 1}, {'n': 2}] | join('+', attribute='n') }}
{{ [{'n': 1}, {'n': 2}] | map(attribute='n') | list }} {{ ['a', 'b'] | map('upper') | list }} {{ [{'n': 1}, {}] | map(attribute='n', default=0) | list }} {{ [{'a': {'b': 3}}] | map(attribute='a.b') | list }}
{{ [1, 2, 3] | select('odd') | list }} {{ [1, 2, 3] | reject('odd') | list }} {{ [0, 1, ''] | select | list }} {{ [1, 2, 3] | select('>', 1) | list }} {{ [{'r': 1}, {'r': 2}] | selectattr('r', 'eq', 2) | list }} {{ [{'r': 1}, {}] | selectattr('r', 'defined') | list }} {{ [{'r': 0}, {'r': 2}] | rejectattr('r') | list }}
{{ '12' | int }} {{ 'x' | int }} {{ 'x' | int(5) }} {{ '1.9' | int }} {{ '2.5' | float }} {{ 3 | float }} {{ 3.7 | int }} {{ -3 | abs }} {{ 2.5 | round }} {{ 2.567 | round(2) }} {{ 2.1 | round(0, 'ceil') }} {{ 5 | string ~ 'x' }}
{{ ' a ' | trim }}|{{ 'xax' | trim('x') }}|{{ 'AbC' | lower }}{{ 'AbC' | upper }}{{ 'abc' | length }}{{ [1] | count }}
{{ 'a\nb\n\nc' | indent(2) }}|{{ 'a\nb' | indent(width=2, first=true) }}|{{ 'a\nb' | indent('> ') }}
{{ {'a': [1, 2.5, none, true, 'q"\n\u00e9']} | tojson }} {{ [] | tojson }} {{ {} | tojson }} {{ 'x' | tojson }}
{{ {'b': [1, {'c': 2}], 'a': []} | tojson(indent=2) }}|{{ {'b': 1, 'a': 2} | tojson(sort_keys=true) }}|{{ [1, 2] | tojson(separators=(',', ':')) }}
{{ 1 is number }} {{ 'a' is string }} {{ {} is mapping }} {{ [] is iterable }} {{ 'a' is sequence }} {{ none is none }} {{ true is boolean }} {{ 1 is integer }} {{ 1.0 is float }} {{ 3 is odd }} {{ 4 is divisibleby 2 }} {{ 4 is divisibleby(3) }} {{ true is true }} {{ 1 is true }} {{ false is false }} {{ 1 is eq 1 }} {{ 1 is not none }} {{ 1 is in [1] }} {{ 'a' is lower }} {{ none is sameas none }} {{ range is callable }}
{{ range(3) | list }} {{ range(1, 4) | list }} {{ range(5, 0, -2) | list }} {{ range(0) | list }} {{ dict(a=1, b='x') }}
{{ -1 | abs }} {{ 'a' ~ 'b' | upper }} {{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 2 ** 3 ** 2 }} {{ 10 - 2 - 3 }} {{ 'a' + 'b' | upper }} {{ not true == false }} {{ -2 ** 2 }}
  {% if true %}  x  {% endif %}  y
a  {%- if true %}  b  {%- endif -%}  c
{%+ if true %}x{% endif +%} y
a {# comment #} b {#- tight -#} c
{% raw %}{{ not read }} {% nor this %}{% endraw %}|{{ '{{' }}|{{ "%}" }}|{{ {'a': {'b': 1}} }}
{{ 'tab\tnew\\n \x41 \u00e9 \101 \q' }} {{ "double \" quote" }} {{ 'it''s' }}
{% if false %}a{% elif 0 %}b{% elif 1 %}c{% else %}d{% endif %}
{{ raise_exception('refused: ' ~ 1) }}
{{ strftime_now('%d %b %Y %H:%M:%S %A %B %j %y %% %I %p') }}
{{ 1 + 'a' }}
{{ 'a' + 1 }}
{{ 1 / 0 }}
{{ [1, 2] | nofilter }}
{{ 1 is notest }}
{% nosuchtag %}
{% if %}x{% endif %}
{% if true %}x
{{ 'a
{{ [1, 2
{{ 1 } }}
{% endif %}
{% for x in 5 %}{% endfor %}
{{ 5 | length }}
{{ [1].append(2) }}
{{ ''.__class__.__mro__ }}
{{ messages.__class__ }}
{{ [1, 2].pop() }}
{{ 1 < 'a' }}
{{ {[1]: 2} }}
{% set messages[0] = 1 %}
{% break %}
{{ 'abc'.index('z') }}
{{ 'a'.split('') }}
{% set x.y = 1 %}
{{ (1, 2)[0] }} {{ 'a', 'b' }}
"""


def render(template, variables):
    try:
        return {"text": environment.from_string(template).render(**variables)}
    except Exception as failure:  # noqa: BLE001, whatever it is, the template fails
        return {"fails": type(failure).__name__}


def main():
    cases = []
    base = {"bos_token": "<s>", "eos_token": "</s>", "tools": None, "documents": None}
    for name, template in TEMPLATES.items():
        for conversation, messages in CONVERSATIONS.items():
            for prompt in (True, False):
                variables = dict(base, messages=messages, add_generation_prompt=prompt)
                cases.append(
                    {
                        "name": f"{name}, {conversation}, {'prompt' if prompt else 'transcript'}",
                        "template": template,
                        "messages": messages,
                        "prompt": prompt,
                        **render(template, variables),
                    }
                )
    for snippet in SNIPPETS.strip("\n").split("\n"):
        variables = dict(base, messages=[USER], add_generation_prompt=True)
        cases.append(
            {"name": snippet, "template": snippet, "messages": [USER], "prompt": True, **render(snippet, variables)}
        )
    print(json.dumps({"jinja2": jinja2.__version__, "cases": cases}, indent=1))


main()
