"""Render a folder's own chat template to text, as transformers would, without importing it.

Templates come from strangers: they run in jinja2's immutable sandbox and see only plain strings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reasonloom.errors import BadRequest, InputError
from reasonloom.models.local.folder import read_json
from reasonloom.models.protocol import Message

if TYPE_CHECKING:
    import jinja2

Render = Callable[[Sequence[Message]], str]


def template_source(folder: Path) -> str | None:
    """The chat template of a folder: chat_template.jinja first, then tokenizer_config.json."""
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    for name in ("chat_template.json", "tokenizer_config.json"):
        found = read_json(folder / name).get("chat_template")
        if isinstance(found, list):
            found = {entry.get("name"): entry.get("template") for entry in found}.get("default")
        if isinstance(found, str):
            return found
    return None


def compile_template(source: str, special: Mapping[str, str]) -> Render:
    """A function from messages to the prompt, up to where the assistant's reply begins.

    `special` holds bos_token, eos_token and the like. Raises InputError for a template that does
    not parse; the function raises BadRequest for messages that the template refuses.
    """
    import jinja2

    try:
        template = _environment().from_string(source)
    except jinja2.TemplateSyntaxError as bad:
        raise InputError(
            f"the model's chat template does not parse at line {bad.lineno}: {bad.message}"
        ) from None

    def render(messages: Sequence[Message]) -> str:
        turns = [{"role": m.role, "content": m.content} for m in messages]
        try:
            return template.render(
                messages=turns, tools=None, documents=None, add_generation_prompt=True, **special
            )
        except (
            jinja2.TemplateError,
            TypeError,
            ValueError,
            LookupError,
            ArithmeticError,
        ) as refusal:
            raise BadRequest(
                f"the model's chat template refuses these messages: {refusal}"
            ) from None

    return render


def _environment() -> jinja2.Environment:
    import jinja2.ext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[jinja2.ext.loopcontrols, _generation_tag()],
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _refuse
    environment.globals["strftime_now"] = lambda pattern: datetime.now().strftime(pattern)
    return environment


def _generation_tag() -> type[jinja2.ext.Extension]:
    """`{% generation %}`, with which some templates mark the assistant's text: rendered as is."""
    import jinja2.ext
    from jinja2 import nodes
    from jinja2.parser import Parser

    class Generation(jinja2.ext.Extension):
        tags = {"generation"}  # noqa: RUF012

        def parse(self, parser: Parser) -> nodes.Node:
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return nodes.Scope(body, lineno=line)

    return Generation


def _tojson(value: Any, ensure_ascii: bool = False, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, **options)


def _refuse(message: str) -> None:
    import jinja2

    raise jinja2.TemplateError(message)
