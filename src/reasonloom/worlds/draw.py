"""Draws problems: a single part, or a composite in which each part feeds a later one."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from reasonloom.errors import InputError
from reasonloom.problem import Problem
from reasonloom.spec import unknown
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.family import Answer, Family, Params
from reasonloom.worlds.splits import Split, split_of, withheld_pair
from reasonloom.worlds.wording import mend

MAX_DEPTH = 8
_NAMES = ("abcdeghk", "pqrstuvw", "mnkjhgdc", "ABCDEGHK")
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


@dataclass(frozen=True)
class Part:
    """One part of a problem; `names` says which operands are earlier parts' results."""

    family: Family
    params: Params
    name: str = "answer"
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def canonical(self) -> str:
        return f"{self.family.name}{self.params}"

    @cached_property
    def value(self) -> Answer:
        return self.family.answer(self.params)

    @property
    def operands(self) -> tuple[str, ...]:
        return tuple(self.names.get(i, str(n)) for i, n in enumerate(self.params))

    @property
    def goal(self) -> str:
        """What a plan says of this part; free of numbers, so that a plan fits similar problems."""
        used = " and ".join(self.names.values())
        return f"find {self.name}: {self.family.goal}" + (f" from {used}" if used else "")


@dataclass(frozen=True)
class WorldProblem:
    """A drawn problem with its parts; `problem` is what strategies see."""

    parts: tuple[Part, ...]
    question: str
    level: int
    language: str

    @property
    def canonical(self) -> str:
        return " | ".join(f"{p.canonical}{sorted(p.names)}" for p in self.parts)

    @property
    def split(self) -> Split | None:
        """Where it belongs; train only if each part belongs there too.

        A lone problem belongs where its part does. None: it is not trained on as it stands, but its
        part may be, within a composite, so it is no fair test either.
        """
        own = split_of(self.canonical)
        parts = {split_of(p.canonical) for p in self.parts}
        if parts == {"train"}:
            return None if len(self.parts) == 1 and own != "train" else own
        if len(self.parts) == 1:
            return split_of(self.parts[0].canonical)
        if own == "train":
            return "dev" if split_of(self.canonical + " dev?") == "dev" else "test"
        return own

    @property
    def withheld(self) -> bool:
        """Whether it chains two families in a way that training never shows."""
        made = {p.name: p.family.name for p in self.parts}
        return any(
            withheld_pair(made[name], p.family.name)
            for p in self.parts
            for name in p.names.values()
        )

    @property
    def problem(self) -> Problem:
        last = self.parts[-1]
        return Problem(
            self.question,
            str(last.value),
            topic=last.family.topic,
            level=self.level,
            source=f"world:{last.family.name}" if len(self.parts) == 1 else "world:composite",
            meta={"depth": len(self.parts), "families": [p.family.name for p in self.parts]},
        )


def draw(
    rng: random.Random,
    *,
    families: Sequence[str] | None = None,
    depth: int = 1,
    level: int = 1,
    language: str = "en",
    split: Split | None = None,
    withheld: bool | None = None,
    numbers: tuple[int, int] = (1, 999),
) -> WorldProblem:
    """Draw one problem by rejection.

    split     only problems of that split; None takes any
    withheld  True: only chains that training never shows; False: only others; None: any
    numbers   results of inner parts lie in this range

    Raises InputError for an unknown family, a depth outside 1 to 8, or a wish that no draw meets.
    """
    pool = _pool(families)
    if not 1 <= depth <= MAX_DEPTH:
        raise InputError(f"depth={depth}: a composite has 1 to {MAX_DEPTH} parts")
    for _ in range(20_000):
        parts = _parts(rng, pool, depth, level, numbers)
        if parts is None:
            continue
        made = WorldProblem(parts, "", level, language)
        if (split is None or made.split == split) and withheld in (None, made.withheld):
            return WorldProblem(parts, ask(parts, rng, language), level, language)
    raise InputError(
        f"no problem of depth {depth}, level {level}, split {split} could be drawn from"
        f" {', '.join(f.name for f in pool)}: allow more families or another split"
    )


def similar(like: WorldProblem, rng: random.Random, *, split: Split | None = None) -> WorldProblem:
    """A fresh draw of the same shape: same families and links, new numbers and wording."""
    for _ in range(20_000):
        parts = _redraw(like.parts, rng, like.level)
        if parts is None:
            continue
        made = WorldProblem(parts, "", like.level, like.language)
        if made.canonical != like.canonical and split in (None, made.split):
            question = ask(parts, rng, like.language)
            return WorldProblem(parts, question, like.level, like.language)
    raise InputError(f"no similar problem could be drawn for {like.question[:60]!r}")


def ask(parts: Sequence[Part], rng: random.Random, language: str) -> str:
    """Put the parts into words."""
    last = parts[-1]
    if len(parts) == 1:
        story = last.family.story(last.operands, rng, language) if rng.random() < 0.3 else None
        noun = last.family.noun(last.operands, rng, language)
        return story or _fill(rng.choice(_SINGLE[language]), noun)
    opening = rng.choice(_OPENING[language])
    told = [_fill(opening, p.name, p.family.noun(p.operands, rng, language)) for p in parts]
    return " ".join([*told, _fill(rng.choice(_CLOSING[language]), last.name)])


def _fill(text: str, *values: str) -> str:
    return mend(text.format(*values))


def _pool(families: Sequence[str] | None) -> list[Family]:
    for name in families or ():
        if name not in FAMILIES:
            raise InputError(unknown("family", name, FAMILIES))
    return [FAMILIES[name] for name in families or FAMILIES]


def _parts(
    rng: random.Random, pool: Sequence[Family], depth: int, level: int, numbers: tuple[int, int]
) -> tuple[Part, ...] | None:
    names = rng.choice(_NAMES) if depth > 1 else ("answer",)
    parts: list[Part] = []
    for i in range(depth):
        inner = i < depth - 1
        part = _follow(rng, pool, parts, names[i], level, inner)
        if part is None or (inner and not _inside(part, numbers)):
            return None
        parts.append(part)
    return tuple(parts)


def _inside(part: Part, numbers: tuple[int, int]) -> bool:
    return isinstance(part.value, int) and numbers[0] <= part.value <= numbers[1]


def _follow(
    rng: random.Random,
    pool: Sequence[Family],
    parts: list[Part],
    name: str,
    level: int,
    inner: bool,
) -> Part | None:
    """A part that takes the last part's result as one of its operands."""
    for _ in range(30):
        family = rng.choice(pool)
        if inner and not family.chains:
            continue
        link: dict[int, str] = {}
        fixed: dict[int, int] = {}
        if parts:
            slot = rng.choice(family.links)
            value = parts[-1].value
            assert isinstance(value, int)
            link, fixed = {slot: parts[-1].name}, {slot: value}
        params = family.draw(rng, level, fixed)
        if params is not None:
            return Part(family, params, name, link)
    return None


def _redraw(parts: Sequence[Part], rng: random.Random, level: int) -> tuple[Part, ...] | None:
    made: dict[str, Part] = {}
    for part in parts:
        fixed = {}
        for slot, name in part.names.items():
            value = made[name].value
            if not isinstance(value, int):
                return None
            fixed[slot] = value
        params = part.family.draw(rng, level, fixed)
        if params is None:
            return None
        made[part.name] = Part(part.family, params, part.name, part.names)
    return tuple(made.values())
