"""A versioned set of templates, read from YAML."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reasonloom.errors import TemplateError
from reasonloom.templates import parse, vocabulary
from reasonloom.templates.schema import Template, slug
from reasonloom.templates.vocabulary import Vocabulary
from reasonloom.templates.yamltext import Document, read
from reasonloom.templates.yamltext import Path as YamlPath

SHIPPED = Path(__file__).parent / "library"


@dataclass(frozen=True, slots=True)
class Entry:
    """A template with the place where it stands: its file and its path inside."""

    template: Template
    document: Document = field(repr=False)
    path: YamlPath

    @property
    def file(self) -> str:
        return self.document.file

    def line(self, *keys: str | int) -> int:
        """The line of a field, such as `line("steps", 2)`; without keys, of the template."""
        if keys in self.document.lines and (*self.path, *keys) not in self.document.lines:
            return self.document.line(keys)
        return self.document.line((*self.path, *keys))


@dataclass(frozen=True)
class Library:
    """Templates in a fixed order with an index by id and name.

    `version` is 12 hex digits over the content of all templates: it changes when any of them does.
    """

    templates: tuple[Template, ...]
    vocabulary: Vocabulary
    version: str = field(init=False)
    _index: dict[str, Template] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        index: dict[str, Template] = {}
        for template in self.templates:
            for key in dict.fromkeys((template.id, slug(template.name))):
                if key in index:
                    raise TemplateError(
                        f"two templates answer to {key!r}: {index[key].name!r} and"
                        f" {template.name!r}; rename one"
                    )
            index[template.id] = index[slug(template.name)] = template
        digest = hashlib.sha256("".join(sorted(t.content_hash for t in self.templates)).encode())
        object.__setattr__(self, "version", digest.hexdigest()[:12])
        object.__setattr__(self, "_index", index)

    @staticmethod
    def load(path: Path | None = None) -> Library:
        """The library of a folder of YAML files or of one file; None is the shipped one.

        A `vocabulary.yaml` in the folder adds tags to the shipped ones. Raises TemplateError.
        """
        entries: list[Entry] = []
        for file in files(path):
            read, faults = read_entries(file)
            if faults:
                raise faults[0]
            entries += read
        _refuse_twins(entries)
        return Library(tuple(e.template for e in entries), vocabulary_of(path))

    def get(self, name_or_id: str) -> Template | None:
        """The template of this id or name; case, spaces and punctuation do not matter."""
        return self._index.get(slug(name_or_id))

    def __iter__(self) -> Iterator[Template]:
        return iter(self.templates)

    def __len__(self) -> int:
        return len(self.templates)


def files(path: Path | None = None) -> list[Path]:
    """The template files below `path`, sorted. Raises TemplateError when there are none."""
    path = path or SHIPPED
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise TemplateError(f"there is no template file or folder {str(path)!r}: check the path")
    found = sorted(p for p in path.rglob("*.yaml") if p.name != vocabulary.FILE)
    if not found:
        raise TemplateError(f"the folder {str(path)!r} holds no .yaml file: add templates to it")
    return found


def read_entries(path: Path) -> tuple[list[Entry], list[TemplateError]]:
    """The templates of one file, and what is wrong with those that cannot be read."""
    try:
        doc = read(_text(path), str(path))
        found, faults = parse.templates(doc)
    except TemplateError as fault:
        return [], [fault]
    return [Entry(template, doc, at) for at, template in found], faults


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as bad:
        raise TemplateError(f"cannot read the file: {bad.strerror}", str(path)) from None
    except UnicodeDecodeError as bad:
        raise TemplateError(f"not UTF-8 text (byte {bad.start})", str(path)) from None


def vocabulary_of(path: Path | None) -> Vocabulary:
    """The shipped vocabulary with what the library at `path` adds to it."""
    extra = path / vocabulary.FILE if path and path.is_dir() else None
    known = vocabulary.shipped()
    return known.extended(vocabulary.load(extra)) if extra and extra.is_file() else known


def _refuse_twins(entries: Sequence[Entry]) -> None:
    seen: dict[str, Entry] = {}
    for entry in entries:
        for key, what in ((entry.template.id, "id"), (slug(entry.template.name), "name")):
            first = seen.setdefault(key, entry)
            if first is not entry:
                raise TemplateError(
                    f"the {what} {getattr(entry.template, what)!r} is taken already in"
                    f" {first.file}:{first.line()}: choose another",
                    entry.file,
                    entry.line(what),
                )
