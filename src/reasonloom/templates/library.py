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
class Place:
    """Where a template stands: its file and its path inside."""

    document: Document = field(repr=False)
    path: YamlPath

    @property
    def file(self) -> str:
        return self.document.file

    def line(self, *keys: str | int) -> int:
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
        placed = [entry for file in files(path) for entry in read_file(file)]
        _refuse_twins(placed)
        return Library(tuple(t for t, _ in placed), vocabulary_of(path))

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


def read_file(path: Path) -> list[tuple[Template, Place]]:
    """The templates of one file with their places. Raises TemplateError at the first fault."""
    try:
        text = path.read_text("utf-8")
    except OSError as bad:
        raise TemplateError(f"cannot read the file: {bad.strerror}", str(path)) from None
    except UnicodeDecodeError as bad:
        raise TemplateError(f"not UTF-8 text (byte {bad.start})", str(path)) from None
    doc = read(text, str(path))
    return [(template, Place(doc, at)) for at, template in parse.templates(doc)]


def vocabulary_of(path: Path | None) -> Vocabulary:
    """The shipped vocabulary with what the library at `path` adds to it."""
    extra = path / vocabulary.FILE if path and path.is_dir() else None
    known = vocabulary.shipped()
    return known.extended(vocabulary.load(extra)) if extra and extra.is_file() else known


def _refuse_twins(placed: Sequence[tuple[Template, Place]]) -> None:
    seen: dict[str, Place] = {}
    for template, place in placed:
        for key, what in ((template.id, "id"), (slug(template.name), "name")):
            first = seen.get(key)
            if first and first is not place:
                raise TemplateError(
                    f"the {what} {getattr(template, what)!r} is taken already in"
                    f" {first.file}:{first.line()}: choose another",
                    place.file,
                    place.line(what),
                )
            seen[key] = place
