"""One grammar that names strategies, models and data everywhere.

    name                                  cot, nano
    name(key=value, ...)                  self_consistency(n=8, over=cot)
    scheme:name(key=value, ...)           world:composite(depth=4), gym:gcd
    openai:MODEL@URL                      split at the last "@http"
    local:PATH                            a folder or a hub name, taken as it stands

A value is a number, true, false, none, a quoted string, a [list], or again a spec (a bare word is a
spec without arguments). Strings have the escapes \\n, \\t, \\r, \\\\ and \\". Inside an argument,
an address with spaces, commas or brackets is quoted: answer(model=local:"my models/a, b").
"""

from __future__ import annotations

import dataclasses
import difflib
import math
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
    | (?P<quoted>(?:openai|local):"(?:[^"\\]|\\.)*")
    | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<address>(?:openai|local):[^\s,()\[\]"']+(?:\([^()]*\))?)
    | (?P<name>[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?)
    | (?P<mark>[(),=\[\]])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


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
    fields = [f for f in dataclasses.fields(typing.cast(Any, cls)) if f.init]
    known = [f.name for f in fields]
    for key in spec.args:
        if key not in known:
            raise SpecError(unknown("option", key, known, f"of {spec.name}"))
    for f in fields:
        if not (f.name in spec.args or f.name in given or _has_default(f)):
            raise SpecError(f"{spec} needs {f.name}: write {spec.name}({f.name}=...)")
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


def _has_default(f: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return f.default is not missing or f.default_factory is not missing


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
        if kind == "quoted":
            self.take()
            scheme, rest = text.split(":", 1)
            return _address(f"{scheme}:{_unquote(rest)}")
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
            return self.number(text)
        if kind == "string":
            self.take()
            return _unquote(text)
        if (kind, text) == ("mark", "["):
            return self.items(depth)
        spec = self.spec(depth)
        plain = {"true": True, "false": False, "none": None}
        if not spec.args and not spec.scheme and spec.name.lower() in plain:
            return plain[spec.name.lower()]
        return spec

    def number(self, text: str) -> int | float:
        if not any(c in text for c in ".eE"):
            return int(text)
        if math.isinf(number := float(text)):
            raise SpecError(f"the number {text} in {self.text!r} is too large")
        return number

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
        return _quote(value)
    if isinstance(value, Spec) and value.scheme in ("openai", "local"):
        return _show_address(str(value))
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_show(v) for v in value) + "]"
    return str(value)


def _show_address(text: str) -> str:
    found = _TOKEN.fullmatch(text)
    if found and found.lastgroup == "address":
        return text
    scheme, rest = text.split(":", 1)
    return f"{scheme}:{_quote(rest)}"


def _quote(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    for letter, meant in _ESCAPES.items():
        text = text.replace(meant, f"\\{letter}")
    return f'"{text}"'


def _unquote(text: str) -> str:
    return re.sub(r"(?s)\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text[1:-1])


class _Unfit(Exception):
    """A value that a type does not take."""


def _fit(value: Any, hint: Any, owner: str, key: str) -> Any:
    """Check one value against a field's type; a bare word fits a string, an int fits a float."""
    try:
        return _fitted(value, hint)
    except _Unfit:
        wanted = " or ".join(map(_type_name, _options(hint)))
        raise SpecError(f"{owner}({key}={_show(value)}): {key} takes {wanted}") from None


def _fitted(value: Any, hint: Any) -> Any:
    for option in _options(hint):
        try:
            return _fitted_one(value, option)
        except _Unfit:
            continue
    raise _Unfit


def _fitted_one(value: Any, option: Any) -> Any:
    origin = typing.get_origin(option) or option
    if option is Any or option is object:
        return value
    if option is type(None) and value is None:
        return None
    if origin is typing.Literal:
        return _fitted_word(value, typing.get_args(option))
    if origin is tuple and isinstance(value, tuple):
        return _fitted_items(value, typing.get_args(option))
    if option is str and isinstance(value, Spec):
        return str(value)
    if option is float and type(value) is int:
        return float(value)
    if isinstance(origin, type) and isinstance(value, origin) and _same_kind(value, option):
        return value
    raise _Unfit


def _same_kind(value: Any, option: Any) -> bool:
    return not (option is int and isinstance(value, bool))


def _fitted_word(value: Any, words: tuple[Any, ...]) -> Any:
    word = value.name if isinstance(value, Spec) and not value.args else value
    if any(word == known and type(word) is type(known) for known in words):
        return word
    raise _Unfit


def _fitted_items(value: tuple[Any, ...], hints: tuple[Any, ...]) -> tuple[Any, ...]:
    if not hints:
        return value
    if hints[-1] is Ellipsis:
        hints = hints[:1] * len(value)
    if len(hints) != len(value):
        raise _Unfit
    return tuple(_fitted(v, hint) for v, hint in zip(value, hints, strict=True))


def _options(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if _is_union(hint) else (hint,)


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def _type_name(hint: Any) -> str:
    if typing.get_origin(hint) is typing.Literal:
        return "one of " + ", ".join(map(str, typing.get_args(hint)))
    if typing.get_origin(hint) is tuple:
        inner = [_type_name(h) for h in typing.get_args(hint) if h is not Ellipsis]
        return "a [list] of " + ", ".join(inner)
    names: dict[Any, str] = {
        int: "a whole number",
        float: "a number",
        bool: "true or false",
        str: "text",
    }
    names |= {type(None): "none"}
    return names.get(hint, getattr(hint, "__name__", str(hint)))
