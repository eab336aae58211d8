"""The symbolic stage, run inside a worker: math-verify on two final answers.

Only its LaTeX reader is used. Its reader of plain expressions passes text to Python's `eval` inside
sympy, so plain spellings (`sqrt(3)/2`, `x**2`) are turned into LaTeX first.
"""

from __future__ import annotations

import logging
import re

from math_verify import LatexExtractionConfig, parse, verify

from reasonloom.grading.clean import tidy

logging.getLogger("math_verify").setLevel(logging.ERROR)

_READER = (LatexExtractionConfig(boxed_match_priority=0),)
_PLACES = 6
"""Decimal places to which math-verify rounds floats before it compares them (its default)."""

_AND = re.compile(r",? (?:and|or) |,? ?(?:및|또는|그리고) ?")
_FUNCTION = re.compile(
    r"(?<![\\a-zA-Z])(sqrt|sin|cos|tan|log|ln|exp|pi|infinity|inf|oo)(?![a-zA-Z])"
)
_PLAIN_NAMES = {"infinity": r"\infty ", "inf": r"\infty ", "oo": r"\infty ", "pi": r"\pi "}


def judge(gold: str, answer: str) -> str:
    """`equal`, `different`, or `unread` when the reference itself cannot be read as mathematics.

    The reference is parsed first, because math-verify is not symmetric. Intervals and inequalities
    may stand for each other on either side (`allow_set_relation_comp`); variables keep their names
    (`strict`). Timeouts are the worker's: math-verify's own need the signal of the main thread.
    """
    expected, given = _parsed(gold), _parsed(answer)
    if not expected:
        return "unread"
    same = verify(
        expected,
        given,
        float_rounding=_PLACES,
        allow_set_relation_comp=True,
        timeout_seconds=None,
    )
    return "equal" if same else "different"


def _parsed(answer: str) -> list[object]:
    return list(parse(f"${latex(answer)}$", _READER, parsing_timeout=None))


def latex(answer: str) -> str:
    r"""An answer in LaTeX that math-verify reads: `sqrt(3)/2` becomes `\sqrt{3}/2`."""
    text = _AND.sub(", ", tidy(answer)).replace("**", "^")
    text = _FUNCTION.sub(lambda name: _PLAIN_NAMES.get(name[1], "\\" + name[1]), text)
    return _braced_roots(text).replace("*", r" \cdot ").replace("%", r"\%")


def _braced_roots(text: str) -> str:
    """`\\sqrt(…)` with its matching parenthesis as `\\sqrt{…}`, innermost included."""
    pieces: list[str] = []
    closers: list[str] = []
    at = 0
    while at < len(text):
        if text.startswith(r"\sqrt(", at):
            pieces.append(r"\sqrt{")
            closers.append("}")
            at += 6
            continue
        char = text[at]
        if char == "(":
            closers.append(")")
        elif char == ")" and closers:
            char = closers.pop()
        pieces.append(char)
        at += 1
    return "".join(pieces)
