"""Undo what does not change an answer: wrappers, typography, spacing commands, invisible marks.

Everything here is a fixed number of linear passes over text of at most MAX_ANSWER characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_ANSWER = 4_000
"""Characters of an answer that are read as mathematics (our choice: a 20 x 20 matrix fits)."""
MAX_DEPTH = 60
"""Nested brackets that are read as mathematics (our choice; real answers stay under ten)."""

_MAX_WRAPPERS = 20
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPERSCRIPT_RUN = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_VULGAR = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞↉])")
_DASHES = str.maketrans(dict.fromkeys("−‐‑‒–—―﹣－", "-") | {"⁄": "/", "∕": "/", "÷": "/"})
_SIGNS = str.maketrans({"×": "*", "·": "*", "⋅": "*", "∙": "*", "≤": "<=", "≥": ">=", "≠": "!="})
_LETTERS = str.maketrans(
    {"π": r"\pi ", "∞": r"\infty ", "√": r"\sqrt ", "∪": r"\cup ", "∅": r"\emptyset "}
)

_SPACING = re.compile(
    r"(?<!\\)\\(?:! *|[,;:> ])|\\(?:quad|qquad|thinspace|enspace|hspace\*?\{[^{}]*\})(?![a-zA-Z])|~"
)
_SIZING = re.compile(
    r"\\(?:left|right|[bB]ig{1,2}[lr]?|displaystyle|textstyle|limits)(?![a-zA-Z])\.?"
)
_FONT = re.compile(
    r"\\(?:text|textbf|textit|textrm|textnormal|mathrm|mathbf|mathit|mathsf|mbox|operatorname)"
    r"\s*\{([^{}]*)\}"
)
_WRAPPERS = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"), ("**", "**"), ("`", "`"))
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{")


def visible(text: str) -> str:
    """Drop what cannot be seen (controls, zero-width and direction marks) and fold typography.

    Full-width digits, typographic minus signs, superscripts and vulgar fractions become their
    plain spellings; surrogates that are not characters are dropped.
    """
    text = _SUPERSCRIPT_RUN.sub(lambda run: "^{" + run[0].translate(_SUPERSCRIPTS) + "}", text)
    text = _VULGAR.sub(" ", text)
    text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return "".join(c for c in text if c.isprintable() or c.isspace())


def unwrap(text: str) -> str:
    """Take off the delimiters that enclose the whole answer: boxes, dollars, brackets, emphasis."""
    for _ in range(_MAX_WRAPPERS):
        inner = _peel(text.strip())
        if inner == text:
            break
        text = inner
    return text


def _peel(text: str) -> str:
    for left, right in _WRAPPERS:
        if len(text) > len(left + right) and text.startswith(left) and text.endswith(right):
            inner = text[len(left) : -len(right)]
            if left not in inner and right not in inner:
                return inner
    box = _BOXED.match(text)
    if box and closing_brace(text, box.end() - 1) == len(text) - 1:
        return text[box.end() : -1]
    return text.rstrip(".。").lstrip("=:") if text not in (".", "=", ":") else text


def closing_brace(text: str, opening: int) -> int:
    """Index of the brace that closes the one at `opening`, or -1; escaped braces do not count."""
    depth, at = 0, opening
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if not depth:
                return at
        at += 1
    return -1


def depth(text: str) -> int:
    """The deepest nesting of brackets of any kind, whether or not they are balanced."""
    level = deepest = 0
    for char in text:
        level += (char in "([{") - (char in ")]}")
        deepest = max(deepest, level)
    return deepest


@lru_cache(maxsize=4_096)
def tidy(answer: str) -> str:
    """One answer as plain LaTeX: visible, unwrapped, without fonts, sizing and spacing commands."""
    text = unwrap(visible(answer[:MAX_ANSWER]))
    text = text.translate(_SIGNS).translate(_LETTERS)
    text = text.replace(r"\$", "").replace("$", "").replace(r"{,}", ",").replace(r"\%", "%")
    text = _SPACING.sub(_space, _SIZING.sub("", text))
    text = _FONT.sub(r" \1 ", text)
    return unwrap(" ".join(text.split()))


def _space(command: re.Match[str]) -> str:
    return "" if command[0].startswith(r"\!") else " "
