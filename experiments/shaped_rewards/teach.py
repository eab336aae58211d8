"""What a training seed learns: both starting models, and from them each arm.

Every function of this file is a task that a process of its own may have. A stopped task goes on:
chains and measurements from their journals, training from its last checkpoint.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from reasonloom.errors import InputError
from reasonloom.problem import Problem
from reasonloom.train.rl.problem_rows import problem_rows
from reasonloom.train.rl.recipe import RL
from reasonloom.train.rl.run import train_rl
from reasonloom.train.run_folder import RunFolder
from reasonloom.train.sft import train_sft

from ..common.learn import hash_of, learn, slug
from ..common.results import Record
from .arms import LONG, NANO, SHORT, START
from .chains import Made, make_rows
from .design import Design
from .measure import measured
from .problems import to_learn_from


class Place(NamedTuple):
    """Where a task works: the seed's folder, and the problems of `split` to measure on."""

    runs: Path
    split: str
    problems: Sequence[Problem]

    def of(self, seed: int) -> Path:
        return self.runs / f"seed-{seed}"


class Taught(NamedTuple):
    """An arm of a seed, learnt and measured.

    hash   of its weights
    told   what it learnt from, in words
    curve  the log of its run
    """

    arm: str
    seed: int
    hash: str
    records: list[Record]
    told: str = ""
    curve: Sequence[dict[str, Any]] = ()


def shipped(design: Design, place: Place) -> Taught:
    """nano as it is, of no seed."""
    return _measured(NANO, 0, NANO, design, place, place.runs)


def started(seed: int, design: Design, place: Place) -> list[Taught]:
    """Both starting models."""
    made = chains(seed, design, place.of(seed))
    found = []
    for kind in (SHORT, LONG):
        model = learn(train_sft, made.rows[kind], design.sft(seed), place.of(seed) / slug(kind))
        taught = _measured(kind, seed, model, design, place, place.of(seed))
        found.append(taught._replace(told=made.told[kind]))
    return found


def reinforced(arm: str, seed: int, design: Design, place: Place) -> Taught:
    """An arm of RL, from the starting model that `started` has made."""
    folder = place.of(seed)
    begun = f"local:{folder / slug(START[arm]) / 'model'}"
    model = reinforce(design.rl(arm, begun, seed), seed, design, folder / slug(arm))
    taught = _measured(arm, seed, model, design, place, folder)
    return taught._replace(curve=RunFolder(folder / slug(arm)).metrics())


def chains(seed: int, design: Design, folder: Path) -> Made:
    """Rows of both kinds. Raises InputError where there are none."""
    problems = to_learn_from(design, seed, design.train)
    made = asyncio.run(make_rows(problems, design, seed, folder / "chains"))
    if not made.rows[LONG]:
        raise InputError(
            f"{folder}: no problem has a right chain of both kinds, so there is nothing to learn:"
            " take more problems, or a larger cap"
        )
    return made


def reinforce(recipe: RL, seed: int, design: Design, folder: Path) -> str:
    problems = to_learn_from(design, seed, design.train)
    return learn(train_rl, list(problem_rows(problems)), recipe, folder)


def _measured(
    arm: str, seed: int, model: str, design: Design, place: Place, folder: Path
) -> Taught:
    where = folder / place.split / slug(arm)
    records = asyncio.run(measured(model, place.problems, design, where))
    print(f"{where}: {len(records)} problems measured", flush=True)
    return Taught(arm, seed, hash_of(model), records)
