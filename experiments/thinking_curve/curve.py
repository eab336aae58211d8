"""From records to curves: a point an arm, and whether each step to the next one is a step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Literal, NamedTuple

from reasonloom.evaluate.bootstrap import Estimate, accuracy
from reasonloom.evaluate.paired import Difference, difference

from ..common.lines import whole_lines

Course = Literal["rises", "flat", "falls"]


@dataclass(frozen=True, slots=True)
class Record:
    """One arm on one problem. `thought` counts tokens, those of injected strings among them; `end`
    is why thinking ended."""

    model: str
    arm: str
    depth: int
    key: str
    right: bool
    thought: int
    waits: int
    end: str
    answer: str | None
    truth: str | None


class Point(NamedTuple):
    """An arm: mean thinking tokens a problem, accuracy in [0, 1], waits a problem, and the share of
    problems whose thinking was ended from outside."""

    arm: str
    tokens: float
    accuracy: Estimate
    waits: float
    ended: float


class Step(NamedTuple):
    """From one arm to the next: accuracy of the later minus that of the earlier."""

    before: str
    after: str
    gain: Difference
    course: Course


def recorded(path: Path) -> list[Record]:
    return [Record(**json.loads(line)) for line in whole_lines(path)]


def points(records: Sequence[Record], arms: Sequence[str]) -> list[Point]:
    return [_point(arm, [r for r in records if r.arm == arm]) for arm in arms]


def steps(records: Sequence[Record], arms: Sequence[str]) -> list[Step]:
    return [step(records, one, two) for one, two in pairwise(arms)]


def step(records: Sequence[Record], before: str, after: str) -> Step:
    """Paired by problem, with a 95 % interval over problems."""
    one, two = ({r.key: r.right for r in records if r.arm == arm} for arm in (before, after))
    keys = sorted(one.keys() & two.keys())
    gain = difference([two[k] for k in keys], [one[k] for k in keys], clusters=keys)
    course: Course = "rises" if gain.low > 0 else "falls" if gain.high < 0 else "flat"
    return Step(before, after, gain, course)


def _point(arm: str, records: Sequence[Record]) -> Point:
    right = accuracy([r.right for r in records], [r.key for r in records])
    ended = fmean(r.end in ("thinking", "allowance") for r in records)
    tokens, waits = fmean(r.thought for r in records), fmean(r.waits for r in records)
    return Point(arm, tokens, right, waits, ended)
