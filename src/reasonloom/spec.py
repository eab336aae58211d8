"""One grammar that names strategies, models and data everywhere.

    name                                  cot, nano
    name(key=value, ...)                  self_consistency(n=8, over=cot)
    scheme:name(key=value, ...)           world:composite(depth=4), gym:gcd
    openai:MODEL@URL                      split at the last "@http"
    local:PATH                            a folder or a hub name, taken as it stands

A value is a number, true, false, none, a quoted string, a [list], or again a spec (a bare word is a
spec without arguments).
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from reasonloom.errors import SpecError

T = TypeVar("T")
MAX_LENGTH, MAX_DEPTH = 4_000, 16
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?![\w.]))
    | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<address>(?:openai|local):[^\s,()\[\]"']+(?:\([^()]*\))?)
    | (?P<name>[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?)
    | (?P<mark>[(),=\[\]])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Spec:
    """A parsed spec. `location` is the URL of an `openai:` spec or the path of a `local:` one."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict, hash=False)
    scheme: str | None = None
    location: str | None = None

    def __str__(self) -> str:
        if self.scheme == "openai":
            return f"openai:{self.name}" + (f"@{self.location}" if self.location else "")
        if self.scheme == "local":
            return f"local:{self.location}"
        head = f"{self.scheme}:{self.name}" if self.scheme else self.name
        inner = ", ".join(f"{k}={_show(v)}" for k, v in self.args.items())
        return f"{head}({inner})" if inner else head


def parse(text: str) -> Spec:
    """Parse one spec. Raises SpecError that names the place and what was expected there."""
    text = text.strip()
    if not text:
        raise SpecError("the spec is empty: write a name such as cot, nano or world:composite")
    if len(text) > MAX_LENGTH:
        raise SpecError(
            f"the spec has {len(text):,} characters and at most {MAX_LENGTH:,} are taken"
        )
    if text.startswith(("openai:", "local:")):
        return _address(text)
    parser = _Parser(text)
    spec = parser.spec(0)
    parser.end()
    return spec


def build(cls: type[T], spec: Spec, **given: Any) -> T:
    """Make the dataclass `cls` from a spec's arguments, each checked against its field.

    `given` are values that the caller has already built (nested strategies, say); they take the
    place of the spec's own. Unknown keys fail with the nearest known one.
    """
    hints = typing.get_type_hints(cls)
    known = [f.name for f in dataclasses.fields(typing.cast(Any, cls)) if f.init]
    for key in spec.args:
        if key not in known:
            raise SpecError(unknown("option", key, known, f"of {spec.name}"))
    values = {k: _fit(v, hints[k], spec.name, k) for k, v in spec.args.items() if k not in given}
    try:
        return cls(**values, **given)
    except (TypeError, ValueError) as bad:
        raise SpecError(f"{spec}: {bad}") from None


def unknown(kind: str, name: str, known: Iterable[str], where: str = "") -> str:
    """The sentence for an unknown name: what it was, the nearest known one, and all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    guess = f"did you mean {near[0]!r}? " if near else ""
    listed = ", ".join(names) if names else "none"
    return f"unknown {kind} {name!r}{' ' + where if where else ''}: {guess}known: {listed}"


def _address(text: str) -> Spec:
    scheme, rest = text.split(":", 1)
    if not rest:
        example = "openai:MODEL@http://localhost:8000/v1" if scheme == "openai" else "local:PATH"
        raise SpecError(f"{text!r} names nothing after the colon: write {example}")
    if scheme == "local":
        return Spec("local", scheme="local", location=rest)
    at = rest.rfind("@http")
    name, location = (rest[:at], rest[at + 1 :]) if at >= 0 else (rest, None)
    if not name:
        raise SpecError(f"{text!r} names no model: write openai:MODEL@{location}")
    return Spec(name, scheme="openai", location=location)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def peek(self) -> tuple[str, str]:
        if not self.text[self.at :].strip():
            return "end", ""
        found = _TOKEN.match(self.text, self.at)
        if not found:
            raise self.fail("a name, a number or a quoted string")
        return typing.cast(str, found.lastgroup), found.group().strip()

    def take(self) -> tuple[str, str]:
        kind, text = self.peek()
        found = _TOKEN.match(self.text, self.at)
        self.at = found.end() if found else len(self.text)
        return kind, text

    def fail(self, expected: str) -> SpecError:
        rest = self.text[self.at :].strip()
        here = f"at {rest[:20]!r}" if rest else "at the end"
        return SpecError(f"cannot read the spec {self.text!r} {here}: expected {expected}")

    def end(self) -> None:
        if self.peek()[0] != "end":
            raise self.fail("nothing more")

    def spec(self, depth: int) -> Spec:
        if depth > MAX_DEPTH:
            raise SpecError(f"the spec {self.text[:60]!r} is nested deeper than {MAX_DEPTH}")
        kind, text = self.peek()
        if kind == "address":
            self.take()
            return _address(text)
        if kind != "name":
            raise self.fail("a name")
        self.take()
        scheme, _, name = text.rpartition(":")
        args: dict[str, Any] = {}
        if self.peek() == ("mark", "("):
            self.take()
            while self.peek() != ("mark", ")"):
                kind, key = self.peek()
                if kind != "name":
                    raise self.fail("key=value or )")
                self.take()
                if self.peek() != ("mark", "="):
                    raise self.fail(f"= after {key!r}")
                self.take()
                if key in args:
                    raise SpecError(f"{key!r} is given twice in {self.text!r}: keep one")
                args[key] = self.value(depth + 1)
                if self.peek() == ("mark", ","):
                    self.take()
                elif self.peek() != ("mark", ")"):
                    raise self.fail(", or )")
            self.take()
        return Spec(name, args, scheme or None)

    def value(self, depth: int) -> Any:
        kind, text = self.peek()
        if kind == "number":
            self.take()
            return float(text) if any(c in text for c in ".eE") else int(text)
        if kind == "string":
            self.take()
            return re.sub(r"\\(.)", r"\1", text[1:-1])
        if (kind, text) == ("mark", "["):
            return self.items(depth)
        spec = self.spec(depth)
        plain = {"true": True, "false": False, "none": None}
        if not spec.args and not spec.scheme and spec.name.lower() in plain:
            return plain[spec.name.lower()]
        return spec

    def items(self, depth: int) -> tuple[Any, ...]:
        if depth > MAX_DEPTH:
            raise SpecError(f"the spec {self.text[:60]!r} is nested deeper than {MAX_DEPTH}")
        self.take()
        values = []
        while self.peek() != ("mark", "]"):
            values.append(self.value(depth + 1))
            if self.peek() == ("mark", ","):
                self.take()
            elif self.peek() != ("mark", "]"):
                raise self.fail(", or ]")
        self.take()
        return tuple(values)


def _show(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_show(v) for v in value) + "]"
    return str(value)


def _fit(value: Any, hint: Any, owner: str, key: str) -> Any:
    """Check one value against a field's type; a bare word fits a string, an int fits a float."""
    options = typing.get_args(hint) if _is_union(hint) else (hint,)
    for option in options:
        origin = typing.get_origin(option) or option
        if origin is typing.Literal:
            word = value.name if isinstance(value, Spec) and not value.args else value
            if word in typing.get_args(option):
                return word
        elif option is type(None):
            if value is None:
                return None
        elif option is Any or option is object:
            return value
        elif option is str and isinstance(value, Spec):
            return str(value)
        elif option is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        elif option is int and isinstance(value, bool):
            continue
        elif origin is tuple and isinstance(value, tuple):
            inner = typing.get_args(option)
            return tuple(_fit(v, inner[0], owner, key) for v in value) if inner else value
        elif isinstance(origin, type) and isinstance(value, origin):
            return value
    wanted = " or ".join(_type_name(o) for o in options)
    raise SpecError(f"{owner}({key}={_show(value)}): {key} takes {wanted}")


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def _type_name(hint: Any) -> str:
    if typing.get_origin(hint) is typing.Literal:
        return "one of " + ", ".join(map(str, typing.get_args(hint)))
    names = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    return names.get(hint, "none" if hint is type(None) else getattr(hint, "__name__", str(hint)))
