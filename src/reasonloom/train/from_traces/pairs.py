"""Preferences: of replies to one prompt, those that mostly end right against those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from reasonloom.train.from_traces.replies import Lost, Reply
from reasonloom.train.from_traces.taken import Cut
from reasonloom.train.rows import Row, row_id


class Rated(NamedTuple):
    """Equal replies to one prompt, and the mean of what they were worth."""

    same: Sequence[Reply]
    value: float

    @property
    def source(self) -> dict[str, Any]:
        """Where the first of them comes from, and how many there are."""
        return {**self.same[0].source, "value": self.value, "count": len(self.same)}


def pairs(made: Sequence[Reply], margin: float, across: bool, found: Cut) -> None:
    """The best reply to each prompt against the worst, the second best against the second worst...

    Only replies to the very same prompt are compared: of one run and strategy, or of all `across`.
    A pair differs in value by `margin` at the least; no reply is in two pairs.
    """
    for group in _by_prompt(made, across):
        rated = sorted(_rated(group), key=lambda one: -one.value)
        count = _pairs_in(rated, margin)
        for best, worst in zip(rated[:count], reversed(rated), strict=False):
            found.take(_row(best, worst), best.same[0].solve, best.same[0].call.span)
        for alone in rated[count : len(rated) - count]:
            for one in alone.same:
                found.leave(Lost(one.solve, "no counterpart", one.call.span))


def _pairs_in(rated: Sequence[Rated], margin: float) -> int:
    count = 0
    while count < len(rated) // 2 and rated[count].value - rated[-1 - count].value >= margin - 1e-9:
        count += 1
    return count


def _by_prompt(made: Sequence[Reply], across: bool) -> list[list[Reply]]:
    groups: dict[tuple[str, ...], list[Reply]] = {}
    for one in made:
        scope = () if across else (str(one.solve.run), one.solve.attempt.strategy)
        groups.setdefault((row_id(one.prompt), *scope), []).append(one)
    return list(groups.values())


def _rated(group: Sequence[Reply]) -> list[Rated]:
    equal: dict[str, list[Reply]] = {}
    for one in group:
        equal.setdefault(row_id(one.completion), []).append(one)
    return [Rated(same, sum(one.value for one in same) / len(same)) for same in equal.values()]


def _row(best: Rated, worst: Rated) -> Row:
    prompt = best.same[0].prompt
    chosen, rejected = best.same[0].completion, worst.same[0].completion
    return {
        "prompt": prompt,
        "chosen": chosen,
        "rejected": rejected,
        "margin": best.value - worst.value,
        "id": row_id(prompt, chosen, rejected),
        "from": {"chosen": best.source, "rejected": worst.source},
    }
