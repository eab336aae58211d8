"""Who tells the truth among people who speak about each other.

Params: how many speak, whom the question is about (1 is the first speaker, 0 asks for all knights),
their names, then three numbers a speaker: the kind of statement, and the speakers that it is about
(0 where it is about everybody, or one only).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.people import NAMES
from reasonloom.worlds.wording import mend

KNIGHT, KNAVE, SAME, UNLIKE, ONE_KNIGHT, SOME_KNAVE = range(6)
SHORT = ("{0} knight", "{0} knave", "{0} same as {1}", "{0} unlike {1}", "one knight", "some knave")
ENGLISH = (
    ("{0} is a knight", "{0} always tells the truth"),
    ("{0} is a knave", "{0} is a liar"),
    ("{0} and {1} are of the same kind",),
    ("{0} and {1} are of different kinds", "exactly one of {0} and {1} is a knight"),
    ("exactly one of us is a knight",),
    ("at least one of us is a knave", "not all of us are knights"),
)
KOREAN = (
    "{0}는 기사이다",
    "{0}는 건달이다",
    "{0}, {1}는 같은 부류이다",
    "{0}, {1}는 다른 부류이다",
    "우리 중 정확히 한 명만 기사이다",
    "우리 중 적어도 한 명은 건달이다",
)
ROWS_FOR = 3
"""The most speakers whose truth table is short enough to be written."""
LONGEST = 280
"""The most characters of work by cases that more speakers may need."""

Known = dict[int, bool]
"""Speakers, from 1, with whether they are knights."""


class Statement(NamedTuple):
    kind: int
    first: int
    second: int


class Puzzle(NamedTuple):
    asked: int
    names: tuple[str, ...]
    statements: tuple[Statement, ...]

    @property
    def speakers(self) -> range:
        return range(1, len(self.names) + 1)


def read(params: Params) -> Puzzle:
    n = params[0]
    names = tuple(NAMES[i] for i in params[2 : 2 + n])
    rest = iter(params[2 + n :])
    return Puzzle(params[1], names, tuple(map(Statement, rest, rest, rest)))


def holds(statement: Statement, kinds: Sequence[bool]) -> bool:
    first, second = kinds[statement.first - 1], kinds[statement.second - 1]
    return (
        first,
        not first,
        first == second,
        first != second,
        sum(kinds) == 1,
        not all(kinds),
    )[statement.kind]


def fits(puzzle: Puzzle, speaker: int, kinds: Sequence[bool]) -> bool:
    """Whether a speaker's statement is true just if the speaker is a knight."""
    return holds(puzzle.statements[speaker - 1], kinds) == kinds[speaker - 1]


def all_fit(puzzle: Puzzle, kinds: Sequence[bool]) -> bool:
    return all(fits(puzzle, s, kinds) for s in puzzle.speakers)


def rows(puzzle: Puzzle) -> Iterator[tuple[bool, ...]]:
    return itertools.product((True, False), repeat=len(puzzle.names))


def value(puzzle: Puzzle, kinds: Sequence[bool]) -> str:
    if puzzle.asked:
        return _kind(kinds[puzzle.asked - 1])
    return ", ".join(n for n, k in zip(puzzle.names, kinds, strict=True) if k) or "nobody"


def answer(params: Params) -> str:
    puzzle = read(params)
    return value(puzzle, next(row for row in rows(puzzle) if all_fit(puzzle, row)))


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    n = level + 1
    names = rng.sample(range(len(NAMES)), n)
    said = [_statement(rng, n, speaker) for speaker in range(1, n + 1)]
    asked = rng.randint(0, n)
    params = (n, asked, *names, *(x for statement in said for x in statement))
    puzzle = read(params)
    if sum(all_fit(puzzle, row) for row in rows(puzzle)) != 1:
        return None
    if n <= ROWS_FOR:
        return params
    short = not left_open(params) and len("; ".join(cases(params)[0])) <= LONGEST
    return params if short else None


def _statement(rng: random.Random, n: int, speaker: int) -> Statement:
    others = [s for s in range(1, n + 1) if s != speaker]
    kind = rng.choice((KNIGHT, KNAVE, KNAVE, SAME, UNLIKE, ONE_KNIGHT, SOME_KNAVE))
    if kind in (KNIGHT, KNAVE):
        return Statement(kind, rng.choice(others), 0)
    if kind in (SAME, UNLIKE):
        pool = others if n > 2 and rng.random() < 0.7 else [speaker, *others]
        first, second = sorted(rng.sample(pool, 2))
        return Statement(kind, first, second)
    return Statement(kind, 0, 0)


def about(puzzle: Puzzle, speaker: int) -> list[int]:
    """Whose kinds decide whether a speaker's statement fits: the speaker first."""
    statement = puzzle.statements[speaker - 1]
    named = [s for s in statement[1:] if s] or list(puzzle.speakers)
    return [speaker, *(s for s in named if s != speaker)]


def possible(puzzle: Puzzle, speaker: int, known: Known) -> list[tuple[bool, ...]]:
    """The rows that agree with what is known and with one speaker's statement."""
    return [
        row
        for row in rows(puzzle)
        if all(row[s - 1] == k for s, k in known.items()) and fits(puzzle, speaker, row)
    ]


class Case(NamedTuple):
    """A supposition followed to its end; `kinds` is None where it clashed or stopped short."""

    lines: list[str]
    kinds: tuple[bool, ...] | None
    stuck: int = 0
    """A speaker whose kind stays open, or 0."""


def follow(puzzle: Puzzle, known: Known) -> Case:
    lines = [f"suppose {_listed(puzzle, known)}"]
    while True:
        for speaker in puzzle.speakers:
            used = {s: known[s] for s in about(puzzle, speaker) if s in known}
            left = possible(puzzle, speaker, known)
            if not left:
                clash = f"{_listed(puzzle, used)}: clash at {puzzle.names[speaker - 1]}"
                return Case([*lines, clash], None)
            new = _forced(puzzle, known, left)
            if new:
                known = {**known, **new}
                since = f"{_listed(puzzle, used)}, " if used else ""
                lines.append(f"{since}so {_listed(puzzle, new)}")
                break
        else:
            return _end(puzzle, known, lines)


def _forced(puzzle: Puzzle, known: Known, left: Sequence[tuple[bool, ...]]) -> Known:
    """All kinds that are not known and the same in all rows left."""
    columns = zip(puzzle.speakers, zip(*left, strict=True), strict=True)
    return {s: c[0] for s, c in columns if s not in known and len(set(c)) == 1}


def _end(puzzle: Puzzle, known: Known, lines: list[str]) -> Case:
    open_ = [s for s in puzzle.speakers if s not in known]
    if open_:
        return Case(lines, None, open_[0])
    kinds = tuple(known[s] for s in puzzle.speakers)
    whole = _listed(puzzle, dict(zip(puzzle.speakers, kinds, strict=True)))
    return Case([*lines, f"{whole}: all fit"], kinds)


def _listed(puzzle: Puzzle, known: Known) -> str:
    return ", ".join(f"{puzzle.names[s - 1]} {_kind(k)}" for s, k in known.items())


def _kind(knight: bool) -> str:
    return "knight" if knight else "knave"


def cases(params: Params) -> Work:
    puzzle = read(params)
    lines: list[str] = []
    for knight in (True, False):
        case = follow(puzzle, {1: knight})
        lines += case.lines
        if case.kinds:
            return lines, value(puzzle, case.kinds)
    raise ValueError(f"{params}: neither supposition can be followed to its end")


def left_open(params: Params) -> str | None:
    puzzle = read(params)
    for knight in (True, False):
        case = follow(puzzle, {1: knight})
        if case.stuck:
            first, other = puzzle.names[0], puzzle.names[case.stuck - 1]
            return f"{first} {_kind(knight)} leaves {other} open"
        if case.kinds:
            return None
    return None


def table(params: Params) -> Work:
    puzzle = read(params)
    lines: list[str] = []
    for row in rows(puzzle):
        letters = " ".join("t" if k else "l" for k in row)
        bad = [s for s in puzzle.speakers if not fits(puzzle, s, row)]
        if not bad:
            return [*lines, f"{letters}: all fit"], value(puzzle, row)
        lines.append(f"{letters}: clash at {puzzle.names[bad[0] - 1]}")
    raise ValueError(f"{params}: no row fits")


def too_many_rows(params: Params) -> str | None:
    n = params[0]
    return f"{n} speakers make {2**n} rows" if n > ROWS_FOR else None


def show(params: Params) -> str:
    puzzle = read(params)
    who = ("", *puzzle.names)
    said = [
        f"{who[i]}: {SHORT[s.kind].format(who[s.first], who[s.second])}"
        for i, s in enumerate(puzzle.statements, 1)
    ]
    return "; ".join([*said, f"asked {who[puzzle.asked] or 'knights'}"])


def tell(params: Params, rng: random.Random, language: str) -> str:
    puzzle = read(params)
    if language == "ko":
        said = [_say(puzzle, i, KOREAN[s.kind], "나") for i, s in _numbered(puzzle)]
        opening = "기사는 늘 참을, 건달은 늘 거짓을 말한다."
        told = [f"{name}: {text}." for name, text in zip(puzzle.names, said, strict=True)]
        return mend(" ".join([opening, *told, _ask_korean(puzzle)]))
    said = [_say(puzzle, i, rng.choice(ENGLISH[s.kind]), "I") for i, s in _numbered(puzzle)]
    told = [f"{name} says: {text}." for name, text in zip(puzzle.names, said, strict=True)]
    return " ".join([rng.choice(OPENINGS), *told, _ask(puzzle, rng)])


OPENINGS = (
    "Knights always tell the truth and knaves always lie.",
    "On an island each person is a knight, who never lies, or a knave, who always lies.",
    "In a village live only knights, who say nothing false, and knaves, who say nothing true.",
    "Some of these people are knights and never lie, all the others are knaves and always lie.",
    "I meet a few people, each a truthful knight or a lying knave.",
)


def _numbered(puzzle: Puzzle) -> Iterator[tuple[int, Statement]]:
    return iter(enumerate(puzzle.statements, 1))


def _say(puzzle: Puzzle, speaker: int, text: str, myself: str) -> str:
    """A statement in words; a speaker who is in it comes last, as `Ben and I`."""
    statement = puzzle.statements[speaker - 1]
    named = sorted(statement[1:], key=lambda s: s == speaker)
    if statement.kind in (KNIGHT, KNAVE):
        named = [statement.first, 0]
    return text.format(*(myself if s == speaker else ("", *puzzle.names)[s] for s in named))


def _ask(puzzle: Puzzle, rng: random.Random) -> str:
    if not puzzle.asked:
        return "Who are the knights? Name them in the order of speaking, or say nobody."
    name = puzzle.names[puzzle.asked - 1]
    return rng.choice((f"Is {name} a knight or a knave?", f"What is {name}, knight or knave?"))


def _ask_korean(puzzle: Puzzle) -> str:
    if not puzzle.asked:
        return "기사는 누구인가? 말한 차례대로 이름을 쓰고 없으면 nobody라고 쓰시오."
    return f"{puzzle.names[puzzle.asked - 1]}는 기사인가, 건달인가? knight, knave 중에서 답하시오."


FAMILY = Family.puzzle(
    name="knights_and_knaves",
    goal="who tells the truth",
    draw=draw,
    answer=answer,
    tell=tell,
    show=show,
    methods=(
        Method("Suppose and follow", cases, left_open),
        Method("Truth table by elimination", table, too_many_rows),
    ),
)
