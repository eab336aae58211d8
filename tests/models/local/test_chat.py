from __future__ import annotations

from typing import Any

import pytest

from reasonloom.errors import BadRequest, InputError
from reasonloom.models.local.chat import compile_template
from reasonloom.models.protocol import messages

SPECIAL = {"bos_token": "<s>", "eos_token": "<|end|>"}
TURNS = messages(
    ("system", "Be brief. "), ("user", " a < b & c? 정답"), ("assistant", "yes"), ("user", "why")
)

CHATML = """{%- for message in messages %}
    {%- if loop.first and message['role'] != 'system' %}
        {{- bos_token }}
    {%- endif %}
    {{- '<|im_start|>' + message.role + '\n' + message.content | trim + '<|im_end|>' + '\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
{%- endif %}"""
LOOPS = """{{ bos_token }}{% set ns = namespace(seen=false) %}
{% for m in messages %}
  {% if m.role == 'system' %}{% continue %}{% endif %}
  {% if m.role == 'user' %}{% set ns.seen = true %}[INST] {{ m.content | tojson }} [/INST]
  {% else %}{% generation %}{{ m['content'] }}{{ eos_token }}{% endgeneration %}{% endif %}
  {% if loop.last and not ns.seen %}{% break %}{% endif %}
{% endfor %}
{{ dict(a=1) | tojson(indent=2) }}{% if tools is not none %}tools{% endif %}"""
INDENTED = """
{% for m in messages %}
    {{ m.role }}: {{ m.content.split('\n')[0].strip() }}
{% endfor %}
{% macro end(x) %}<{{ x }}>{% endmacro %}
{{ end('go') }}
"""


@pytest.mark.parametrize("source", [CHATML, LOOPS, INDENTED])
def test_the_prompt_is_the_one_that_transformers_renders(
    source: str, reference_tokenizer: Any
) -> None:
    wanted = reference_tokenizer.apply_chat_template(
        [{"role": m.role, "content": m.content} for m in TURNS],
        chat_template=source,
        tokenize=False,
        add_generation_prompt=True,
        bos_token="<s>",
    )
    assert compile_template(source, SPECIAL)(TURNS) == wanted


def test_a_template_that_refuses_says_why() -> None:
    render = compile_template("{{ raise_exception('roles must alternate') }}", {})
    with pytest.raises(BadRequest, match="refuses these messages: roles must alternate"):
        render(TURNS)


def test_a_template_that_fails_is_a_bad_request_too() -> None:
    with pytest.raises(BadRequest, match="refuses"):
        compile_template("{{ messages[9].content + 1 }}", {})(TURNS)


def test_a_template_that_does_not_parse_is_named_with_its_line() -> None:
    with pytest.raises(InputError, match="line 2"):
        compile_template("a\n{% for %}", {})


@pytest.mark.parametrize(
    "source",
    [
        "{{ messages.__class__.__mro__ }}",
        "{{ raise_exception.__globals__['json'] }}",
        "{{ messages.append(1) }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
    ],
)
def test_a_template_cannot_leave_the_sandbox(source: str) -> None:
    with pytest.raises(BadRequest, match="refuses"):
        compile_template(source, {})(TURNS)
