"""The JSON object in a model's reply: tolerant of fences, chatter and LaTeX, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

MAX_CHARS = 200_000
MAX_DEPTH = 30
_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_COMMANDS = (
    "bar beta begin big Big bigl bigr binom bmod boldsymbol bot boxed bullet "
    "fbox flat floor forall frac frown "
    "nabla natural ne nearrow neg neq newline ni nleq nmid not notin nu "
    "rangle rbrace rceil rfloor rho right rightarrow rm root "
    "tan tanh tau text textbf textit tfrac therefore theta tilde times to top triangle "
    "uparrow underbrace underline unlhd uplus upsilon"
).split()
_ESCAPE = re.compile(
    r"\\\\|\\(?:" + "|".join(sorted(_COMMANDS, key=len, reverse=True)) + r")(?![a-z])"
    r'|\\u[0-9a-fA-F]{4}|\\["/bfnrt]|\\'
)
_KEEP = re.compile(r'\\\\|\\u[0-9a-fA-F]{4}|\\["/bfnrt]')
_CONTROL = re.compile(r"\\\\|\\[bfnrt]")
_CODES = {"b": "08", "f": "0c", "n": "0a", "r": "0d", "t": "09"}


def read_object(text: str) -> dict[str, Any] | None:
    """The last complete JSON object of the text, or None.

    Backslashes that JSON does not know, and those of LaTeX commands which JSON would misread
    (`\\frac` as a form feed, `\\times` as a tab), are kept as backslashes.
    """
    text = text[-MAX_CHARS:]
    fenced = [m.group(1) for m in _FENCE.finditer(text)]
    for candidate in (*reversed(fenced), *reversed(list(_objects(text)))):
        found = _load(candidate)
        if found is not None:
            return found
    return None


def write_object(value: dict[str, Any]) -> str:
    """JSON that `read_object` reads back as it is.

    A line break is written by its code: as `\\n` before `e` it would read as the LaTeX of `\\ne`.
    """
    return _CONTROL.sub(_coded, orjson.dumps(value).decode())


def _coded(found: re.Match[str]) -> str:
    code = _CODES.get(found.group()[1])
    return f"\\u00{code}" if code else found.group()


def _load(candidate: str) -> dict[str, Any] | None:
    try:
        value = orjson.loads(_ESCAPE.sub(_escape, candidate))
    except orjson.JSONDecodeError:
        try:
            value = orjson.loads(_bare(_ESCAPE.sub(_escape, candidate)))
        except orjson.JSONDecodeError:
            return None
    return value if isinstance(value, dict) and _depth(value) <= MAX_DEPTH else None


def _escape(found: re.Match[str]) -> str:
    piece = found.group()
    return piece if _KEEP.fullmatch(piece) else "\\" + piece


def _bare(text: str) -> str:
    """Mend two common slips: a comma before a closing bracket, a raw line break in a string."""
    text = re.sub(r",(\s*[}\]])", r"\1", text)
    return re.sub(
        r'"(?:[^"\\]|\\.)*"', lambda m: m.group().replace("\n", "\\n").replace("\t", "\\t"), text
    )


def _objects(text: str) -> Iterator[str]:
    """The outermost balanced {...} of the text; quotes are respected."""
    depth, start, quoted, skip = 0, 0, False, False
    for i, char in enumerate(text):
        if skip:
            skip = False
        elif quoted:
            skip, quoted = char == "\\", char != '"'
        elif char == '"' and depth:
            quoted = True
        elif char == "{":
            start, depth = (i, 1) if not depth else (start, depth + 1)
        elif char == "}" and depth:
            depth -= 1
            if not depth:
                yield text[start : i + 1]


def _depth(value: Any, level: int = 1) -> int:
    if level > MAX_DEPTH or not isinstance(value, dict | list):
        return level
    inner = value.values() if isinstance(value, dict) else value
    return max((_depth(v, level + 1) for v in inner), default=level)
