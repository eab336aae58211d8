"""Import a template library in ReasonFlux's published layout and repair what is known to be wrong.

The layout is chapter -> section -> list of objects with the keys template_name, template_type,
knowledge_tag, description, application_scenario, reason_flow and example_application. Its defects:
duplicate names (unreachable there, since names are the keys), blank and numbered steps, free-text
tags, examples as maps with twenty key sets, line breaks written as backslash and n. Every repair is
reported. The result is YAML of this package, one file a chapter, and a vocabulary of the new tags.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError
from reasonloom.templates import repair, vocabulary
from reasonloom.templates.schema import Check, Example, Template, slug
from reasonloom.templates.writing import write_templates, write_vocabulary

MAX_BYTES = 64_000_000
"""Larger files are refused (our choice; the published library has 1.2 MB)."""
LEVEL = 3
"""The layout has no level; the middle one is given (our choice)."""
LICENCE = "Apache-2.0"
"""The licence of the repository that published the layout's one known library."""
_KEYS = ("template_name", "reason_flow", "example_application")


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was changed or left out, and in which template."""

    template: str
    what: str


@dataclass(slots=True)
class Imported:
    """Templates by chapter (a slug), the tags that the shipped vocabulary lacks, the repairs."""

    chapters: dict[str, list[Template]] = field(default_factory=dict)
    new_tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @property
    def templates(self) -> list[Template]:
        return [t for chapter in self.chapters.values() for t in chapter]


def import_file(source: Path, folder: Path, licence: str = LICENCE) -> Imported:
    """Read `source`, repair it and write the YAML into `folder`, which must hold none yet.

    Raises InputError when the file is not in the layout or the folder is in use.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.glob("*.yaml"))):
        raise InputError(f"{str(folder)!r} is no folder or holds YAML already: name a new folder")
    try:
        imported = read_library(_json(source), source.name, licence)
    except RecursionError:
        raise InputError(f"{str(source)!r} is nested too deeply to be a library") from None
    if not imported.templates:
        raise InputError(f"{str(source)!r} holds no usable template: check that it is the library")
    folder.mkdir(parents=True, exist_ok=True)
    for chapter, templates in imported.chapters.items():
        imported.files.append(write_templates(folder / f"{chapter}.yaml", templates))
    if imported.new_tags:
        write_vocabulary(folder / vocabulary.FILE, imported.new_tags)
    return imported


def read_library(data: Any, source: str, licence: str = LICENCE) -> Imported:
    """Templates from the parsed JSON. Raises InputError when it is not in the layout."""
    done = Imported()
    taken: dict[str, Template] = {}
    for chapter, section, raw in _objects(data, source):
        found = _template(raw, chapter, section, source, licence, done)
        unique = _unique(found, section, taken, done) if found else None
        if unique:
            taken[unique.id] = unique
            done.chapters.setdefault(repair.topic(chapter), []).append(unique)
    return done


def _json(source: Path) -> Any:
    try:
        if source.stat().st_size > MAX_BYTES:
            raise InputError(f"{str(source)!r} has more than {MAX_BYTES:,} bytes: split it")
        return json.loads(source.read_text("utf-8"))
    except OSError as bad:
        raise InputError(f"cannot read {str(source)!r}: {bad.strerror}") from None
    except (ValueError, RecursionError) as bad:
        raise InputError(f"{str(source)!r} is not JSON: {bad}") from None


def _objects(data: Any, source: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    shape = f"{source!r} is not chapter -> section -> list of templates:"
    if not isinstance(data, dict):
        raise InputError(f"{shape} the file holds a {type(data).__name__}")
    for chapter, sections in data.items():
        if not isinstance(sections, dict):
            raise InputError(f"{shape} the chapter {chapter!r} is a {type(sections).__name__}")
        for section, items in sections.items():
            if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
                raise InputError(f"{shape} the section {section!r} is no list of objects")
            yield from ((chapter, section, item) for item in items)


def _template(
    raw: Mapping[str, Any], chapter: str, section: str, source: str, licence: str, done: Imported
) -> Template | None:
    name = repair.line(raw.get("template_name"))
    if not slug(name):
        done.repairs.append(Repair(name or "?", "left out: it has no name"))
        return None
    steps = _steps(name, raw.get("reason_flow"), done)
    example = _example(name, raw.get("example_application"), done)
    if steps is None or example is None:
        return None
    scope = repair.text(raw.get("application_scenario"))
    description = repair.text(raw.get("description")) or scope or name
    kind = repair.line(raw.get("template_type"))
    return Template(
        id=slug(name),
        name=name,
        topic=f"{repair.topic(chapter)}/{repair.topic(section)}",
        tags=_tags(name, raw.get("knowledge_tag"), (section, chapter), done),
        description=description,
        scope=scope or description,
        steps=steps,
        example=example,
        level=LEVEL,
        provenance=f"{source}: {chapter} / {section}" + (f" ({kind})" if kind else ""),
        licence=licence,
    )


def _steps(name: str, raw: Any, done: Imported) -> tuple[str, ...] | None:
    given = raw if isinstance(raw, list) else [raw]
    steps, notes = repair.steps([repair.text(step) for step in given])
    done.repairs += (Repair(name, note) for note in notes)
    if not steps:
        done.repairs.append(Repair(name, "left out: it has fewer than three steps"))
    return steps or None


def _example(name: str, raw: Any, done: Imported) -> Example | None:
    folded, notes = repair.example(raw)
    done.repairs += (Repair(name, note) for note in notes)
    if folded is None:
        done.repairs.append(Repair(name, "left out: its example is empty"))
        return None
    check = Check("none", reason="Imported: the source has no parameters to compute from.")
    return Example(*folded, check)


def _tags(name: str, raw: Any, titles: Sequence[str], done: Imported) -> tuple[str, ...]:
    """Two to five tags: known ones in the vocabulary's spelling, new ones added to it."""
    known = vocabulary.shipped().extended(vocabulary.Vocabulary(done.new_tags))
    given = [repair.line(tag) for tag in (raw if isinstance(raw, list) else [raw])]
    plain = [repair.title(title).casefold() for title in titles]
    tags: list[str] = []
    for tag in [t for t in given if t] + plain:
        if len(tags) >= 2 and tag in plain:
            break
        normal = known.normal(tag) or tag.casefold()
        if normal != tag.casefold():
            done.repairs.append(Repair(name, f"tag {tag!r} written as {normal!r}"))
        if normal not in tags:
            tags.append(normal)
    if len(tags) > 5:
        done.repairs.append(Repair(name, f"tags beyond five left out: {', '.join(tags[5:])}"))
    done.new_tags.update({tag: () for tag in tags[:5] if tag not in known})
    return tuple(tags[:5])


def _unique(
    found: Template, section: str, taken: Mapping[str, Template], done: Imported
) -> Template | None:
    """The template under a free name; None when it says the same as the one that has the name."""
    first = taken.get(found.id)
    if first is None:
        return found
    if first.steps == found.steps:
        done.repairs.append(Repair(found.name, "merged with its duplicate: the steps are equal"))
        return None
    for suffix in (repair.title(section), *map(str, range(2, len(taken) + 3))):
        name = f"{found.name} ({suffix})"
        if slug(name) not in taken:
            done.repairs.append(Repair(found.name, f"renamed to {name!r}: the name was taken"))
            return replace(found, name=name, id=slug(name))
    raise AssertionError("unreachable: one of more names than templates is free")
