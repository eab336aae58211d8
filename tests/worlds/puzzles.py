"""The logic families from outside: all worlds enumerated, questions read, lines of work judged."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from reasonloom.worlds.families.entailment import KINDS
from reasonloom.worlds.people import NAMES

Params = Sequence[int]


def _pairs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def ordering(theme: int, place: int, *people: int) -> str:
    """The one person who has the place in every order that agrees with the comparisons."""
    found = {
        row[place - 1]
        for row in itertools.permutations(sorted(set(people)))
        if all(row.index(a) < row.index(b) for a, b in _pairs(people))
    }
    assert len(found) == 1, found
    return NAMES[found.pop()]


def _worlds(fact: int, rules: Params) -> list[set[int]]:
    """Every way to be or not to be of the kinds told that makes the fact and all rules true."""
    kinds = sorted({x // 2 for x in (fact, *rules)})
    worlds = []
    for row in itertools.product((0, 1), repeat=len(kinds)):
        world = {2 * kind + denied for kind, denied in zip(kinds, row, strict=True)}
        if fact in world and all(a not in world or b in world for a, b in _pairs(rules)):
            worlds.append(world)
    assert worlds, "the premises contradict each other"
    return worlds


def entailment(who: int, fact: int, claim: int, *rules: int) -> str:
    if claim // 2 not in {x // 2 for x in (fact, *rules)}:
        return "unknown"
    true = {claim in world for world in _worlds(fact, rules)}
    return "unknown" if len(true) == 2 else "yes" if true.pop() else "no"


def _says(kind: int, a: int, b: int, knights: Sequence[int]) -> bool:
    """Whether a statement is true; `knights` holds 1 or 0 a speaker."""
    return {
        0: lambda: knights[a - 1] == 1,
        1: lambda: knights[a - 1] == 0,
        2: lambda: knights[a - 1] == knights[b - 1],
        3: lambda: knights[a - 1] != knights[b - 1],
        4: lambda: sum(knights) == 1,
        5: lambda: 0 in knights,
    }[kind]()


def _speakers(params: Params) -> list[str]:
    return [NAMES[i] for i in params[2 : 2 + params[0]]]


def _consistent(params: Params, speaker: int, knights: Sequence[int]) -> bool:
    at = 2 + params[0] + 3 * speaker
    kind, a, b = params[at : at + 3]
    return _says(kind, a, b, knights) == bool(knights[speaker])


def _rows(params: Params, by: Sequence[int] | None = None) -> Iterator[tuple[int, ...]]:
    """Who may be a knight, by all statements or by those of some speakers (from 0)."""
    speakers = range(params[0]) if by is None else by
    for row in itertools.product((0, 1), repeat=params[0]):
        if all(_consistent(params, s, row) for s in speakers):
            yield row


def knights_and_knaves(*params: int) -> str:
    (row,) = _rows(params)
    if params[1]:
        return "knight" if row[params[1] - 1] else "knave"
    knights = [n for n, k in zip(_speakers(params), row, strict=True) if k]
    return ", ".join(knights) or "nobody"


ORACLES: dict[str, Callable[..., str]] = {
    f.__name__: f for f in (ordering, entailment, knights_and_knaves)
}


def _literal(text: str) -> int:
    return 2 * KINDS.index(text.removeprefix("not ")) + text.startswith("not ")


def _implied(line: re.Match[str], params: Params) -> bool:
    a, b = _literal(line[1]), _literal(line[2])
    return bool({(a, b), (b ^ 1, a ^ 1)} & set(_pairs(params[3:])))


def _found(line: re.Match[str], params: Params) -> bool:
    asked, found = _literal(line[1]), _literal(line[2])
    certain = all(found in world for world in _worlds(params[1], params[3:]))
    return certain and asked == params[2] and found // 2 == asked // 2


def _compared(row: str, params: Params) -> bool:
    people = [NAMES.index(name) for name in row.split(" > ")]
    return set(itertools.pairwise(people)) <= set(_pairs(params[2:]))


def _crossed(line: re.Match[str], params: Params) -> bool:
    loser = line[2] if params[1] == 1 else line[1]
    return _compared(f"{line[1]} > {line[2]}", params) and line[3] == loser


def _kinds(text: str, params: Params) -> dict[int, int]:
    """`Ada knight, Ben knave`: speakers, from 0, with 1 or 0."""
    told = [part.split(" ") for part in text.split(", ")]
    return {_speakers(params).index(name): int(kind == "knight") for name, kind in told}


def _agreeing(params: Params, known: dict[int, int], speaker: int) -> list[tuple[int, ...]]:
    return [r for r in _rows(params, [speaker]) if all(r[s] == k for s, k in known.items())]


def _so(line: re.Match[str], params: Params) -> bool:
    """Whether the statement of one speaker forces the conclusion, given what is known before."""
    known = _kinds(line[1], params) if line[1] else {}
    new = _kinds(line[2], params)
    lefts = [_agreeing(params, known, s) for s in range(params[0])]
    return any(left and all(r[s] == k for r in left for s, k in new.items()) for left in lefts)


def _clash(line: re.Match[str], params: Params) -> bool:
    return not _agreeing(params, _kinds(line[1], params), _speakers(params).index(line[2]))


def _row_clash(line: re.Match[str], params: Params) -> bool:
    row = [int(letter == "t") for letter in line[1].split(" ")]
    bad = [s for s in range(params[0]) if not _consistent(params, s, row)]
    return _speakers(params)[bad[0]] == line[2]


_NAME, _KIND = "[A-Z][a-z]+", "(?:not )?[a-z]+"
_WHO = f"{_NAME} (?:knight|knave)"
_ALL = f"{_WHO}(?:, {_WHO})*"
FACTS: tuple[tuple[str, Callable[[re.Match[str], Params], bool]], ...] = (
    (rf"{_NAME}(?: > {_NAME})+", lambda m, p: _compared(m[0], p)),
    (rf"place (\d): ({_NAME})", lambda m, p: int(m[1]) == p[1] and ordering(*p) == m[2]),
    (rf"({_NAME}) > ({_NAME}), so not ({_NAME})", _crossed),
    (rf"left: ({_NAME})", lambda m, p: ordering(*p) == m[1]),
    (rf"({_KIND}) -> ({_KIND})", _implied),
    (rf"asked ({_KIND}), found ({_KIND})", _found),
    (
        rf"asked ({_KIND}), nothing more follows",
        lambda m, p: _literal(m[1]) == p[2] and entailment(*p) == "unknown",
    ),
    (rf"suppose ({_KIND})", lambda m, p: _literal(m[1]) // 2 == p[2] // 2),
    (rf"clash with ({_KIND})", lambda m, p: _literal(m[1]) == p[1]),
    (r"no clash", lambda m, p: entailment(*p) != "yes"),
    (rf"suppose ({_WHO})", lambda m, p: set(_kinds(m[1], p)) == {0}),
    (rf"(?:({_ALL}), )?so ({_ALL})", _so),
    (rf"({_ALL}): clash at ({_NAME})", _clash),
    (rf"({_ALL}): all fit", lambda m, p: [tuple(_kinds(m[1], p).values())] == list(_rows(p))),
    (rf"([tl](?: [tl])+): clash at ({_NAME})", _row_clash),
    (
        r"([tl](?: [tl])+): all fit",
        lambda m, p: [tuple(int(x == "t") for x in m[1].split(" "))] == list(_rows(p)),
    ),
)


def _apart(line: re.Match[str], params: Params) -> bool:
    """Whether some order has the first of two people on top and another one has the second."""
    pair = [NAMES.index(line[1]), NAMES.index(line[2])]
    pairs = {frozenset(p) for p in _pairs(params[2:])}
    return frozenset(pair) not in pairs and set(pair) <= set(params[2:])


REASONS: tuple[tuple[str, Callable[[re.Match[str], Params], bool]], ...] = (
    (rf"({_NAME}) and ({_NAME}) are not compared", _apart),
    (
        r"place (\d) is in the middle",
        lambda m, p: int(m[1]) == p[1] and 1 < p[1] < len(set(p[2:])),
    ),
    (
        r"no rule speaks of ([a-z]+)",
        lambda m, p: KINDS.index(m[1]) == p[2] // 2 and p[2] // 2 not in {x // 2 for x in p[3:]},
    ),
    (r"4 speakers make 16 rows", lambda m, p: p[0] == 4),
    (
        rf"({_WHO}) leaves ({_NAME}) open",
        lambda m, p: _stays_open(_kinds(m[1], p), _speakers(p).index(m[2]), p),
    ),
)


def _stays_open(known: dict[int, int], speaker: int, params: Params) -> bool:
    """Whether statements taken one at a time never settle what a speaker is."""
    while True:
        columns = [
            (s, {row[s] for row in _agreeing(params, known, by)})
            for by in range(params[0])
            for s in range(params[0])
        ]
        new = {s: min(c) for s, c in columns if len(c) == 1 and s not in known}
        if not new:
            return speaker not in known
        known = {**known, **new}


def judge(
    rules: Sequence[tuple[str, Callable[[re.Match[str], Params], bool]]], text: str, params: Params
) -> bool | None:
    """The word of the first rule whose pattern is the whole text; None if there is none."""
    for pattern, true in rules:
        if found := re.fullmatch(pattern, text):
            return true(found, params)
    return None
