"""The controlled vocabulary of tags: one spelling for one concept, with the aliases that it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from reasonloom.errors import TemplateError
from reasonloom.templates.yamltext import Document, read

FILE = "vocabulary.yaml"
SHIPPED = Path(__file__).parent / FILE


@dataclass(frozen=True)
class Vocabulary:
    """Tags with their aliases; `normal` finds the tag that a free spelling means."""

    aliases: Mapping[str, tuple[str, ...]]
    _index: Mapping[str, str] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        index: dict[str, str] = {}
        for tag, others in self.aliases.items():
            for spelling in others:
                index.setdefault(_key(spelling), tag)
        index.update({_key(tag): tag for tag in self.aliases})
        object.__setattr__(self, "_index", index)

    def __contains__(self, tag: object) -> bool:
        return tag in self.aliases

    def normal(self, tag: str) -> str | None:
        """The tag of the vocabulary that `tag` spells, or None."""
        return self._index.get(_key(tag))

    def normalised(self, tags: Iterable[str]) -> tuple[str, ...]:
        """The known ones of `tags`, each once, in their order."""
        found = (self.normal(tag) for tag in tags)
        return tuple(dict.fromkeys(tag for tag in found if tag))

    def extended(self, more: Vocabulary) -> Vocabulary:
        return Vocabulary({**self.aliases, **more.aliases})


@cache
def shipped() -> Vocabulary:
    return load(SHIPPED)


def load(path: Path) -> Vocabulary:
    """Read `tag: [aliases]` lines. Raises TemplateError with file and line."""
    try:
        doc = read(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as bad:
        raise TemplateError(f"cannot read the vocabulary: {bad}", str(path)) from None
    if not isinstance(doc.data, dict):
        doc.fail("expected lines such as `gcd: [greatest common divisor]`")
    return Vocabulary({tag: _aliases(doc, tag, value) for tag, value in doc.data.items()})


def _aliases(doc: Document, tag: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        doc.fail(f"the tag {tag!r} needs a list of aliases: write {tag}: []", (tag,))
    return tuple(value)


def _key(tag: str) -> str:
    words = re.findall(r"\w+", tag.casefold())
    return " ".join(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in words)
