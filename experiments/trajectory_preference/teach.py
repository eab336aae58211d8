"""Everything that a training seed learns: the structure checkpoint, and from it each arm.

A stopped seed goes on: roll-outs from their journals, training from its last checkpoint.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from reasonloom.api import open_models, roles
from reasonloom.errors import InputError
from reasonloom.templates.library import Library
from reasonloom.train.dpo import train_dpo
from reasonloom.train.navigator.adjust import adjust_rows
from reasonloom.train.navigator.counterfactual import Entry, try_actions
from reasonloom.train.navigator.plans import plan_rows_of_worlds
from reasonloom.train.navigator.structure import structure_rows
from reasonloom.train.rows import PREFERENCE as PAIR
from reasonloom.train.rows import SFT as EXAMPLE
from reasonloom.train.rows import Row, read_rows
from reasonloom.train.sft import train_sft
from reasonloom.train.trajectories import Report, make_pairs, shuffled
from reasonloom.train.trajectories.make import BEST as BEST_ROWS
from reasonloom.train.trajectories.make import SHUFFLED as SHUFFLED_ROWS

from ..common.learn import learn
from . import arms
from .design import REASONER, Design
from .problems import to_learn_from


class Taught(NamedTuple):
    """models   by arm, as specs
    rolled   what the roll-outs of an arm's pairs say
    entries  the five actions at states of the frozen checkpoint's runs
    held     rows on templates that the structure checkpoint never saw
    """

    models: dict[str, str]
    rolled: dict[str, Report]
    entries: list[Entry]
    held: list[Row]


def teach(seed: int, design: Design, folder: Path) -> Taught:
    """All arms of a seed. Raises InputError where the roll-outs leave nothing to prefer."""
    frozen, held = structure(seed, design, folder)
    models = {arms.NANO: arms.NANO, arms.FROZEN: frozen}
    rows, report = roll_out(frozen, seed, design, folder / "rolled")
    dpo = design.dpo(frozen, seed)
    mixed = read_rows(folder / "rolled" / SHUFFLED_ROWS, PAIR)
    models[arms.PREFERENCE] = learn(train_dpo, rows, dpo, folder / "preference")
    models[arms.SHUFFLED] = learn(train_dpo, mixed, dpo, folder / "shuffled")

    sft = design.sft(frozen, seed)
    best = read_rows(folder / "rolled" / BEST_ROWS, EXAMPLE)
    gold = list(plan_rows_of_worlds(report.problems, seed=seed))
    models[arms.BEST] = learn(train_sft, best, sft, folder / "best")
    models[arms.GOLD] = learn(train_sft, gold, sft, folder / "gold")

    own, alone = roll_out(arms.NANO, seed, design, folder / "rolled-nano")
    dpo_alone = design.dpo(arms.NANO, seed)
    models[arms.ALONE] = learn(train_dpo, own, dpo_alone, folder / "alone")

    entries = asyncio.run(every_action(frozen, seed, design, folder / "states"))
    states = list(adjust_rows(entries, margin=design.adjust_margin))
    _some(states, folder / "states")
    models[arms.ADJUST] = learn(train_dpo, states, dpo, folder / "adjust")
    models[arms.ADJUST_SHUFFLED] = learn(
        train_dpo, shuffled(states, seed), dpo, folder / "adjust-shuffled"
    )
    return Taught(models, {arms.FROZEN: report, arms.NANO: alone}, entries, held)


def structure(seed: int, design: Design, folder: Path) -> tuple[str, list[Row]]:
    """nano after structure SFT, and the rows that were held out."""
    made = structure_rows(Library.load(), seed=seed)
    return learn(train_sft, made.learnt, design.structure(seed), folder / "structure"), made.held


def roll_out(navigator: str, seed: int, design: Design, folder: Path) -> tuple[list[Row], Report]:
    """Preference rows of a navigator's own trajectories, with their controls in `folder`."""
    found = to_learn_from(design, seed, design.train)
    made = asyncio.run(
        make_pairs(
            found,
            folder,
            design.rolled(seed),
            controls=True,
            navigator=navigator,
            reasoner=REASONER,
        )
    )
    _some(made.rows, folder)
    return made


async def every_action(navigator: str, seed: int, design: Design, folder: Path) -> list[Entry]:
    problems = [s.problem for s in to_learn_from(design, seed, design.adjust)]
    trial = replace(design.trial, seed=seed)
    async with AsyncExitStack() as stack:
        models = open_models(roles(navigator, navigator, REASONER), None, stack)
        tried = await try_actions(problems, models, folder, trial)
    for _, failure in tried.failed:
        raise failure
    return tried.entries


def _some(rows: Sequence[Row], folder: Path) -> None:
    if not rows:
        raise InputError(
            f"{folder}: nothing lies a margin apart, so there is no preference to learn: take more"
            " problems or a smaller margin"
        )
