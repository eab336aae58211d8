r"""The equations that a text states between numbers, and whether they hold.

`3 + 4 = 8` is a false claim whatever the problem; the share of false ones among all that can be
checked is our measure of hallucination in a solution. Exact rational arithmetic by a parser of our
own: nothing is evaluated, and powers, digits and nesting are capped first.

Not claimed here, so counted as unchecked: what holds a name or an unread command, and a calculation
next to a word that may change its meaning (`the root of 4 + 5 = 3`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Literal, NamedTuple

from reasonloom.evaluate.arithmetic import Unread, value

MAX_TEXT = 200_000
"""Characters that are searched (our choice)."""
MAX_SIDE = 300
"""Characters of one side of an equation (our choice)."""

_ROUGH = re.compile(r"\\approx|\\equiv|≈|≡|\\(?:neq|leq?|geq?)(?![a-z])|[<>≤≥≠]=?|!=|==|:=|=>")
_SEGMENT = re.compile(
    r"[\n;]|\s\|\s|\\\\|,(?!\d{3}(?!\d))|[.:?](?=\s|$)|(?<!\d)!(?=\s|$)|\$\$?|\\[()\[\]]|`"
    r"|(?<![\w)}])\*\*|\*\*(?![\w({])"
)
_LEAD = re.compile(
    r"(?:.*(?<![a-z]))?(?:so|then|thus|hence|therefore|have|gives?|gets?|is|that|because|since|now"
    r"|compute|calculate|also|again|next|first|finally|means|check)\s+",
    re.IGNORECASE | re.DOTALL,
)
_OPERATOR = re.compile(r"[\d)}]\s*(?:[-+*/^(×·⋅÷−!]|\\(?:times|cdot|div)|mod)|\\[dt]?frac")
_CONTINUED = re.compile(r"[-+*/×·−]\s")
_TAIL = re.compile(r"(?<=[\d)}])\s+(?!mod|rem|times|plus|minus|over|to\b|percent|r\b)[a-z]", re.I)

Truth = Literal["true", "false", "unchecked"]


class Claim(NamedTuple):
    """One equation; a chain a = b = c makes two."""

    left: str
    right: str
    truth: Truth


class Hallucination(NamedTuple):
    """`share` is false / (true + false); None where nothing could be checked."""

    true: int
    false: int
    unchecked: int

    @property
    def share(self) -> float | None:
        checked = self.true + self.false
        return self.false / checked if checked else None


def claims(text: str) -> Iterator[Claim]:
    """The equations of a text in their order."""
    for piece in _SEGMENT.split(text[:MAX_TEXT]):
        if "=" not in piece or _ROUGH.search(piece):
            continue
        first, *others = piece.replace("&", " ").split("=")
        others[-1] = _body(others[-1])
        yield _first(first, others[0])
        yield from (_judged(left, right) for left, right in pairwise(others))


def hallucination(texts: Iterable[str]) -> Hallucination:
    """Count over all texts; take the interval by problem with `bootstrap.mean`."""
    found = [claim.truth for text in texts for claim in claims(text)]
    return Hallucination(found.count("true"), found.count("false"), found.count("unchecked"))


def _first(left: str, right: str) -> Claim:
    """A side may open with a list marker or go on from the line before: then it is not false."""
    found = _judged(_head(left), right)
    if found.truth == "false":
        whole = _judged(left, right)
        if whole.truth == "true":
            return whole
        if _CONTINUED.match(left.strip()):
            return found._replace(truth="unchecked")
    return found


def _head(left: str) -> str:
    """The left side without a list marker and a lead such as `so we have`."""
    left = re.sub(r"^\s*(?:[-*•]|\(?\d+\))\s+(?=\S)", "", left)[-MAX_SIDE - 1 :]
    lead = _LEAD.match(left)
    return left[lead.end() :] if lead else left


def _body(right: str) -> str:
    """The right side up to words that follow it: `12 apples` is 12."""
    tail = _TAIL.search(right)
    return right[: tail.start()] if tail else right


def _judged(left: str, right: str) -> Claim:
    left, right = left.strip(), right.strip()
    if max(len(left), len(right)) > MAX_SIDE or not _OPERATOR.search(f"{left} = {right}"):
        return Claim(left[:MAX_SIDE], right[:MAX_SIDE], "unchecked")
    try:
        holds = _holds(value(left), value(right), right)
    except Unread:
        return Claim(left, right, "unchecked")
    return Claim(left, right, "true" if holds else "false")


def _holds(left: Fraction, right: Fraction, shown: str) -> bool:
    """Equal, or equal to the decimal places shown (two or more): 10/3 = 3.33 is a rounding."""
    if left == right:
        return True
    places = re.fullmatch(r"-?\d*\.(\d{2,15})", shown)
    return places is not None and 2 * abs(left - right) * 10 ** len(places[1]) <= 1
