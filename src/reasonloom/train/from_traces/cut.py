"""Cut rows of one kind out of stored runs, and say what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reasonloom.errors import InputError
from reasonloom.evaluate.judge import Judge
from reasonloom.spec import unknown
from reasonloom.strategies.samples import within
from reasonloom.train.from_traces.kinds import KINDS
from reasonloom.train.from_traces.pairs import pairs
from reasonloom.train.from_traces.problems import rl_rows
from reasonloom.train.from_traces.replies import Lost, Reply, replies
from reasonloom.train.from_traces.solves import Solve, solves
from reasonloom.train.from_traces.steps import step_rows
from reasonloom.train.from_traces.taken import Cut
from reasonloom.train.rows import row_id

Kind = Literal["sft", "preference", "steps", "rl"]
MARGIN = 0.5
"""Least difference of value between chosen and rejected (our choice)."""


@dataclass(frozen=True)
class Wish:
    """kind      of rows
    roles     only replies of these roles; empty for all, as requests
    requests  only replies to these kinds of requests: plan, instantiate, cot and so on
    margin    between chosen and rejected, above 0; None for MARGIN
    across    pair replies of different strategies and runs too, if they answer the same prompt
    """

    kind: Kind
    roles: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    margin: float | None = None
    across: bool = False

    def __post_init__(self) -> None:
        if self.margin is not None:
            within("margin", self.margin, 0.01, 1)
        for name in self.requests:
            if name not in KINDS:
                raise InputError(unknown("kind of request", name, KINDS))
        if (self.roles or self.requests) and self.kind not in ("sft", "preference"):
            raise InputError(f"{self.kind} rows are not cut by role or request: leave these out")
        if (self.across or self.margin is not None) and self.kind != "preference":
            raise InputError(f"{self.kind} rows are no pairs: leave margin and across out")


async def cut(paths: Sequence[Path], wish: Wish) -> Cut:
    """Rows with where each comes from.

    Raises InputError for a run that is named twice, is empty or holds nothing of the kind, and
    StoreError for a file that is no run.
    """
    with Judge() as judge:
        found = await _cut(solves(paths), wish, judge)
    if not found.rows:
        reasons = Counter(one.reason for one in found.dropped).most_common(5)
        told = ", ".join(f"{reason}: {count}" for reason, count in reasons)
        raise InputError(f"the runs hold nothing for {wish.kind} rows ({told})")
    return found


async def _cut(stored: Iterable[Solve], wish: Wish, judge: Judge) -> Cut:
    if wish.kind == "rl":
        return rl_rows(stored)
    if wish.kind == "steps":
        return await step_rows(stored, judge)
    found, made = Cut(), list[Reply]()
    for solve in stored:
        made += await _wanted(solve, judge, wish, found)
    if wish.kind == "preference":
        pairs(made, MARGIN if wish.margin is None else wish.margin, wish.across, found)
    else:
        _sft(made, found)
    return found


async def _wanted(solve: Solve, judge: Judge, wish: Wish, found: Cut) -> list[Reply]:
    """The replies of the roles and kinds asked for."""
    kept: list[Reply] = []
    for one in await replies(solve, judge):
        if isinstance(one, Lost):
            found.leave(one)
        elif wish.roles and one.call.role not in wish.roles:
            found.leave(Lost(solve, "another role", one.call.span))
        elif wish.requests and one.kind not in wish.requests:
            found.leave(Lost(solve, "another request", one.call.span))
        else:
            kept.append(one)
    return kept


def _sft(made: Iterable[Reply], found: Cut) -> None:
    """Replies that led to a right answer."""
    for one in made:
        if one.value < 1:
            found.leave(Lost(one.solve, "led to a wrong answer", one.call.span))
            continue
        prompt, completion = one.prompt, one.completion
        id = row_id(prompt, completion)
        row = {"prompt": prompt, "completion": completion, "id": id, "from": one.source}
        found.take(row, one.solve, one.call.span)
