"""Puts parts into words: the names that they get, the definitions and the question."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from reasonloom.worlds.build import Piece
from reasonloom.worlds.family import Family
from reasonloom.worlds.part import ANSWER, Part
from reasonloom.worlds.wording import mend

_NAMES = ("abcdeghkmnpqrstu", "pqrstuvwzabcdegh", "mnkjhgdcpqrstuvw", "ABCDEGHKMNPQRSTU")
"""Letters in the order in which parts take them; eight are used at most, the rest are spare."""
UNNAMED = 0.35
"""Share of composites whose question asks for the last part itself (our choice)."""
_LONE = re.compile(r"(?<![A-Za-z])(?:[A-Za-z](?![A-Za-z])|d(?=[xy]\b))")
"""A letter of its own, or the d of `dx`."""
_SINGLE = {
    "en": ("What is {0}?", "Find {0}.", "Compute {0}.", "Determine {0}.", "Calculate {0}."),
    "ko": ("{0}을 구하시오.", "{0}은 얼마인가?"),
}
_OPENING = {
    "en": ("Let {0} be {1}.", "Suppose {0} is {1}.", "{0} = {1}.", "Let {0} denote {1}."),
    "ko": ("{0}는 {1}이다.", "{1}을 {0}라 하자."),
}
_CLOSING = {
    "en": ("Find {0}.", "What is {0}?", "Compute {0}.", "Determine the value of {0}."),
    "ko": ("{0}의 값을 구하시오.", "{0}의 값은?"),
}


def name(rng: random.Random, pieces: Sequence[Piece]) -> tuple[Part, ...]:
    """Parts with names that no family of the problem writes for something else.

    A lone part is the answer, and sometimes the last of several is asked for without a name.
    """
    if len(pieces) == 1:
        return (Part(pieces[0].family, pieces[0].params),)
    taken = frozenset().union(*(letters(p.family) for p in pieces))
    names = [letter for letter in rng.choice(_NAMES) if letter not in taken]
    if rng.random() < UNNAMED:
        names[len(pieces) - 1] = ANSWER
    return tuple(
        Part(p.family, p.params, names[i], {slot: names[s] for slot, s in p.links.items()})
        for i, p in enumerate(pieces)
    )


def letters(family: Family) -> frozenset[str]:
    """The letters that stand alone in a family's phrases, such as unknowns or the article a."""
    return frozenset(c for texts in family.nouns.values() for t in texts for c in lone_letters(t))


def lone_letters(text: str) -> list[str]:
    return _LONE.findall(text)


def tell(parts: Sequence[Part], rng: random.Random, language: str) -> tuple[str, ...]:
    """A definition for each part that has a name, and the question after them."""
    last = parts[-1]
    if len(parts) == 1:
        return (_lone(last, rng, language),)
    opening = rng.choice(_OPENING[language])
    nouns = [part.family.noun(part.operands, rng, language) for part in parts]
    told = [_fill(opening, p.name, n) for p, n in zip(parts, nouns, strict=True)]
    if last.name == ANSWER:
        return (*told[:-1], _fill(rng.choice(_SINGLE[language]), nouns[-1]))
    return (*told, _fill(rng.choice(_CLOSING[language]), last.name))


def ask(parts: Sequence[Part], rng: random.Random, language: str) -> str:
    """Put the parts into words."""
    return " ".join(tell(parts, rng, language))


def _lone(part: Part, rng: random.Random, language: str) -> str:
    if part.family.tell:
        return part.family.tell(part.params, rng, language)
    story = part.family.story(part.operands, rng, language) if rng.random() < 0.3 else None
    noun = part.family.noun(part.operands, rng, language)
    return story or _fill(rng.choice(_SINGLE[language]), noun)


def _fill(text: str, *values: str) -> str:
    return mend(text.format(*values))
