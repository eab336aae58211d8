"""Read the YAML that templates are written in, with the line of every value.

Only plain data are taken: maps, lists, text, numbers, true, false and null. Anchors, aliases, tags,
repeated keys and deep nesting are refused, and words such as `no` or `2020-01-01` stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from reasonloom.errors import TemplateError

MAX_BYTES = 4_000_000
"""Larger files are refused (our choice: about 2,000 templates in one file)."""
MAX_DEPTH = 24
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(?:0|[1-9]\d{0,300})\Z")
_FLOAT = re.compile(r"[-+]?(?:\d{1,300}\.\d{0,300}|\.\d{1,300})(?:[eE][-+]?\d{1,3})?\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one file, and the line (1-based) of each value by its path."""

    file: str
    data: Any
    lines: dict[Path, int] = field(repr=False)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fail(self, message: str, path: Path = ()) -> NoReturn:
        """Raise a TemplateError that points at `path`."""
        raise TemplateError(message, self.file, self.line(path))


def read(text: str, file: str) -> Document:
    """Parse one YAML document. Raises TemplateError with file and line."""
    if len(text) > MAX_BYTES:
        raise TemplateError(f"the file has more than {MAX_BYTES:,} characters: split it", file)
    reader = _Reader(file)
    try:
        data = reader.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as bad:
        mark = bad.problem_mark or bad.context_mark
        line = mark.line + 1 if mark else None
        raise TemplateError(f"not valid YAML: {bad.problem or bad.context}", file, line) from None
    except yaml.YAMLError as bad:
        raise TemplateError(f"not valid YAML: {str(bad).splitlines()[0]}", file) from None
    return Document(file, data, reader.lines)


class _Reader:
    """Builds values from parser events, since composing nodes recurses without a limit."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path, int] = {}

    def document(self, events: Iterator[Any]) -> Any:
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.fail("a second document starts with ---: keep one a file", event)
                data = self.value(next(events), events, ())
        return data

    def value(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        if len(path) > MAX_DEPTH:
            self.fail(f"nested deeper than {MAX_DEPTH}", event)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self.fail("anchors and aliases are not taken: write the value out", event)
        self.lines[path] = self.line(event)
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if event.tag:
            self.fail(f"the tag {event.tag} is not taken: remove it", event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.items(events, path)
        return self.mapping(events, path)

    def items(self, events: Iterator[Any], path: Path) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            values.append(self.value(event, events, (*path, len(values))))
        return values

    def mapping(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self.fail("a key must be plain text", event)
            if event.value in values:
                self.fail(f"the key {event.value!r} is given twice: keep one", event)
            key, line = event.value, self.line(event)
            values[key] = self.value(next(events), events, (*path, key))
            self.lines[(*path, key)] = line
        return values

    def scalar(self, event: Any) -> Any:
        if event.tag:
            self.fail(f"the tag {event.tag} is not taken: remove it", event)
        if not event.implicit[0]:
            return event.value
        if event.value in _WORDS:
            return _WORDS[event.value]
        if _INT.match(event.value):
            return int(event.value)
        return float(event.value) if _FLOAT.match(event.value) else event.value

    def fail(self, message: str, event: Any) -> NoReturn:
        raise TemplateError(message, self.file, self.line(event))

    @staticmethod
    def line(event: Any) -> int:
        return int(event.start_mark.line) + 1
