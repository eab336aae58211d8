"""Turn the data of a YAML file into templates, or say what is wrong and in which line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from reasonloom.errors import TemplateError
from reasonloom.spec import unknown
from reasonloom.templates.schema import Check, Example, Param, Template, Tree, slug
from reasonloom.templates.yamltext import Document, Path

FILE_DEFAULTS = ("topic", "provenance", "licence")
"""Fields that a file may give once, above `templates:`, for all that do not give their own."""
MAX_CHARS = 20_000
"""Longer texts are refused (our choice: forty times the mean template)."""
STEPS, TAGS, LEVELS = (3, 9), (2, 5), (1, 5)
_TEMPLATE_KEYS = tuple(f.name for f in fields(Template))
_EXAMPLE_KEYS = tuple(f.name for f in fields(Example))
_CHECK_KEYS = {"monty": "program", "sympy": "tree", "none": "reason"}


def templates(doc: Document) -> tuple[list[tuple[Path, Template]], list[TemplateError]]:
    """The templates of a file with their paths in it, and the first fault of each bad one.

    Raises TemplateError when the file as a whole is not a list of templates.
    """
    head = _mapping(doc, (), ("templates", *FILE_DEFAULTS), "of a template file")
    if "templates" not in head:
        doc.fail("the file has no `templates:` list: add one")
    items = head["templates"]
    if not isinstance(items, list):
        doc.fail("`templates:` must be a list of templates, each starting with -", ("templates",))
    defaults = {key: head[key] for key in FILE_DEFAULTS if key in head}
    found: list[tuple[Path, Template]] = []
    faults: list[TemplateError] = []
    for path in (("templates", i) for i in range(len(items))):
        try:
            found.append((path, _template(doc, path, defaults)))
        except TemplateError as fault:
            faults.append(fault)
    return found, faults


def _template(doc: Document, path: Path, defaults: Mapping[str, Any]) -> Template:
    raw = _mapping(doc, path, _TEMPLATE_KEYS, "of a template", defaults)
    text = {
        key: _text(doc, raw, path, key)
        for key in ("name", "topic", "description", "scope", "provenance", "licence")
    }
    identity = _text(doc, raw, path, "id") if "id" in raw else slug(text["name"])
    if identity != slug(identity):
        doc.fail(f"the id {identity!r} is not a slug: write {slug(identity)!r}", (*path, "id"))
    return Template(
        id=identity,
        tags=_strings(doc, raw, path, "tags", TAGS),
        steps=_strings(doc, raw, path, "steps", STEPS),
        example=_example(doc, raw, path),
        level=_level(doc, raw, path),
        **text,
    )


def _example(doc: Document, parent: Mapping[str, Any], outer: Path) -> Example:
    _present(doc, parent, outer, "example")
    path = (*outer, "example")
    raw = _mapping(doc, path, _EXAMPLE_KEYS, "of an example")
    given = raw.get("params", {})
    if not isinstance(given, dict):
        doc.fail("`params` must be a map from names to numbers or text", (*path, "params"))
    params = {k: _param(doc, v, (*path, "params", k)) for k, v in given.items()}
    for name in params:
        if not name.isidentifier():
            doc.fail(f"the parameter {name!r} is no variable name", (*path, "params", name))
    problem, solution, answer = (
        _text(doc, raw, path, key) for key in ("problem", "solution", "answer")
    )
    return Example(problem, solution, answer, _check(doc, raw, path), params)


def _check(doc: Document, parent: Mapping[str, Any], outer: Path) -> Check:
    _present(doc, parent, outer, "check")
    path = (*outer, "check")
    raw = _mapping(doc, path, ("kind", *_CHECK_KEYS.values()), "of a check")
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in _CHECK_KEYS:
        doc.fail(f"the check's kind is {kind!r}: write monty, sympy or none", (*path, "kind"))
    needed = _CHECK_KEYS[kind]
    for key in raw:
        if key not in ("kind", needed):
            doc.fail(f"a {kind} check takes `{needed}` and no `{key}`", (*path, key))
    if kind == "monty":
        return Check("monty", program=_text(doc, raw, path, "program"))
    if kind == "none":
        return Check("none", reason=_text(doc, raw, path, "reason"))
    _present(doc, raw, path, "tree")
    return Check("sympy", tree=_tree(doc, raw["tree"], (*path, "tree")))


def _mapping(
    doc: Document,
    path: Path,
    known: Sequence[str],
    where: str,
    defaults: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    value: Any = doc.data
    for key in path:
        value = value[key]
    if not isinstance(value, dict):
        doc.fail(f"expected fields such as `{known[0]}: ...` here, found {_kind(value)}", path)
    for key in value:
        if key not in known:
            doc.fail(unknown("field", key, known, where), (*path, key))
    return {**(defaults or {}), **value}


def _present(doc: Document, raw: Mapping[str, Any], path: Path, key: str) -> None:
    if key not in raw:
        owner = raw.get("name") or raw.get("id")
        which = f" of {owner!r}" if isinstance(owner, str) else ""
        doc.fail(f"the field `{key}`{which} is missing: add it", path)


def _text(doc: Document, raw: Mapping[str, Any], path: Path, key: str) -> str:
    _present(doc, raw, path, key)
    return _string(doc, raw[key], (*path, key), f"`{key}`")


def _string(doc: Document, value: Any, path: Path, what: str) -> str:
    if not isinstance(value, str):
        if value is None:
            doc.fail(f"{what} is empty: write or remove it", path)
        hint = "" if isinstance(value, dict | list) else ": put it in quotes"
        doc.fail(f"{what} must be text, found {_kind(value)}{hint}", path)
    if len(value) > MAX_CHARS:
        doc.fail(f"{what} has {len(value):,} characters and may have {MAX_CHARS:,}", path)
    if not value.strip():
        doc.fail(f"{what} is empty: write or remove it", path)
    return value.strip()


def _strings(
    doc: Document, raw: Mapping[str, Any], path: Path, key: str, bounds: tuple[int, int]
) -> tuple[str, ...]:
    _present(doc, raw, path, key)
    values, here = raw[key], (*path, key)
    if not isinstance(values, list):
        doc.fail(f"`{key}` must be a list of texts, found {_kind(values)}", here)
    low, high = bounds
    if not low <= len(values) <= high:
        doc.fail(f"`{key}` has {len(values)} entries: give {low} to {high}", here)
    return tuple(
        _string(doc, v, (*here, i), f"entry {i + 1} of `{key}`") for i, v in enumerate(values)
    )


def _level(doc: Document, raw: Mapping[str, Any], path: Path) -> int:
    _present(doc, raw, path, "level")
    level, (low, high) = raw["level"], LEVELS
    if isinstance(level, bool) or not isinstance(level, int) or not low <= level <= high:
        doc.fail(
            f"`level` is {level!r}: give a whole number from {low} to {high}", (*path, "level")
        )
    return level


def _param(doc: Document, value: Any, path: Path) -> Param:
    if isinstance(value, list):
        return tuple(_param(doc, v, (*path, i)) for i, v in enumerate(value))
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        doc.fail(f"a parameter is a number, text or a list of them, found {_kind(value)}", path)
    return value


def _tree(doc: Document, value: Any, path: Path) -> Tree:
    if isinstance(value, list):
        return tuple(_tree(doc, v, (*path, i)) for i, v in enumerate(value))
    if isinstance(value, bool) or not isinstance(value, int | str):
        doc.fail(
            f"a tree holds lists, whole numbers and names, found {_kind(value)}:"
            " write a fraction as [div, 1, 2]",
            path,
        )
    return value


def _kind(value: Any) -> str:
    names = {dict: "a map", list: "a list", str: "text", int: "a number", float: "a number"}
    return "nothing" if value is None else names.get(type(value), str(value).lower())
