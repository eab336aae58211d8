"""Reads the puzzles of logic out of their questions, in words of its own."""

from __future__ import annotations

import re

from reasonloom.worlds.families.entailment import KINDS
from reasonloom.worlds.people import NAMES

_THEMES = (
    "is taller than|is shorter than|tallest|shortest|키가|크다|작다|큰|작은",
    "is older than|is younger than|oldest|youngest|나이가|많다|적다|많은|적은",
    "is faster than|is slower than|fastest|slowest|속도가|빠르다|느리다|빠른|느린",
    "is heavier than|is lighter than|heaviest|lightest|몸이|무겁다|가볍다|무거운|가벼운",
    "is stronger than|is weaker than|strongest|weakest|힘이|세다|약하다|센|약한",
    "finished before|finished after|first|last|순위가|높다|낮다|높은|낮은",
)


def ordering(text: str) -> tuple[int, ...]:
    *told, asked = re.split(r"(?<=[.]) ", text)
    (theme,) = [i for i, words in enumerate(_THEMES) if _verb(words, told[0])]
    words = _THEMES[theme].split("|")
    people: list[int] = []
    for sentence in told:
        names = [NAMES.index(n) for n in re.findall("[A-Z][a-z]+", sentence)]
        people += names[::-1] if words[1] in sentence or words[6] in sentence else names
    if place := re.search(r"\d+", asked):
        return theme, int(place[0]), *people
    last = words[3] in asked or words[8] in asked
    return theme, len(set(people)) if last else 1, *people


def _verb(words: str, sentence: str) -> bool:
    parts = words.split("|")
    return any(verb in sentence for verb in (*parts[:2], parts[4] + " "))


_RULES = (
    (r"(?:All (\w+)s are (\w+)s|모든 (\w+?)[은는] (\w+)이다)\.", 0, 0),
    (r"Every (\w+) is a (\w+)\.|If something is a (\w+), it is a (\w+)\.", 0, 0),
    (r"No (\w+) is a (\w+)\.|No (\w+)s are (\w+)s\.", 0, 1),
    (r"If something is a (\w+), it is not a (\w+)\.|어떤 (\w+)도 (\w+)[이가] 아니다\.", 0, 1),
    (r"(?:Everything that is|If something is) not a (\w+)(?:,? it)? is a (\w+)\.", 1, 0),
    (r"([a-z]+)[이가] 아닌 것은 모두 ([a-z]+)이다\.", 1, 0),
    (r"If something is not a (\w+), it is not a (\w+)\.|Only (\w+)s are (\w+)s\.", 1, 1),
    (r"([a-z]+)[이가] 아닌 것은 ([a-z]+)[이가] 아니다\.", 1, 1),
)
_FACT = r"([A-Z][a-z]+)(?: is (not )?a ([a-z]+)|[은는] ([a-z]+)(이|가) (아니)|[은는] ([a-z]+)이)"


def entailment(text: str) -> tuple[int, ...]:
    *told, asked, _ = re.split(r"(?<=[.?]) ", text)
    rules: list[int] = []
    facts = [_fact(s) for s in (*told, asked) if re.search(_FACT, s)]
    for sentence in told:
        if not re.match(_FACT, sentence):
            rules += _rule(sentence)
    (who, fact), (same, claim) = facts
    assert who == same
    return who, fact, claim, *rules


def _fact(sentence: str) -> tuple[int, int]:
    found = re.search(_FACT, sentence)
    assert found
    kind = found[3] or found[4] or found[7]
    return NAMES.index(found[1]), 2 * KINDS.index(kind) + bool(found[2] or found[6])


def _rule(sentence: str) -> tuple[int, int]:
    ((kinds, left, right),) = [
        ([k for k in found.groups() if k], left, right)
        for pattern, left, right in _RULES
        if (found := re.fullmatch(pattern, sentence))
    ]
    return 2 * KINDS.index(kinds[0]) + left, 2 * KINDS.index(kinds[1]) + right


_STATEMENTS = (
    r"(\w+) is a knight|(\w+) always tells the truth|(\w+?)[은는] 기사이다",
    r"(\w+) is a knave|(\w+) is a liar|(\w+?)[은는] 건달이다",
    r"(\w+) and (\w+) are of the same kind|(\w+), (\w+?)[은는] 같은 부류이다",
    r"(\w+) and (\w+) are of different kinds|exactly one of (\w+) and (\w+) is a knight"
    r"|(\w+), (\w+?)[은는] 다른 부류이다",
    r"exactly one of us is a knight|우리 중 정확히 한 명만 기사이다",
    r"at least one of us is a knave|not all of us are knights|우리 중 적어도 한 명은 건달이다",
)


def knights_and_knaves(text: str) -> tuple[int, ...]:
    said = re.findall(r"([A-Z][a-z]+)(?: says)?: (.+?)\.", text)
    names = [name for name, _ in said]
    asked = re.search(r"(?:Is|What is) (\w+)(?:,| a)|(\w+?)[은는] 기사인가", text)
    about = names.index(asked[1] or asked[2]) + 1 if asked else 0
    statements = [x for name, told in said for x in _statement(names, name, told)]
    return len(names), about, *(NAMES.index(n) for n in names), *statements


def _statement(names: list[str], speaker: str, told: str) -> tuple[int, int, int]:
    ((kind, found),) = [
        (i, found) for i, p in enumerate(_STATEMENTS) if (found := re.fullmatch(p, told))
    ]
    who = [speaker if n in ("I", "나") else n for n in found.groups() if n]
    places = sorted(names.index(n) + 1 for n in who)
    first, second = (*places, 0, 0)[:2]
    return kind, first, second


READINGS = {f.__name__: f for f in (ordering, entailment, knights_and_knaves)}
