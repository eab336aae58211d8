"""Both sweeps; each returns its section of the page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Literal, NamedTuple

from reasonloom.problem import Problem
from reasonloom.train.rows import Row
from reasonloom.train.run_folder import RunFolder
from reasonloom.train.sft import train_sft

from ..common.learn import learn, slug
from ..common.markdown import percent, table, whole
from ..common.workers import workers
from . import teach
from .analyse import Results
from .arms import LONG, PLAIN, SHORT
from .design import SWEEP_SEED, Design
from .measure import measured
from .problems import held_out

RATES, EPOCHS = (3e-5, 1e-4, 3e-4), (2.0, 4.0)
"""Of SFT on long chains; that on short ones has all rates and the fewer epochs."""
RL_RATES, RL_RATE = (3e-5, 1e-4, 3e-4), 1e-4
HEATS, HEAT = (1.0, 1.3, 1.5), 1.3
"""Rates are swept at one temperature, temperatures at one rate."""
UPDATES, LAST = 16, 4
"""Of a run of the sweep, and how many of them its first and its last accuracy are means of."""
WORTH = ("accuracy", "accuracy, greedy", "tokens", "waits", "at the cap")


class Taught(NamedTuple):
    """What a choice of numbers has led to: the beginning of its line in the table, its model, and
    where its answers to dev problems stand."""

    cells: tuple[str, ...]
    model: str
    place: Path


class SFTChoice(NamedTuple):
    kind: str
    rate: float
    epochs: float


class RLChoice(NamedTuple):
    advantages: Literal["group", "returns"]
    rate: float
    heat: float


def sft(design: Design, folder: Path, processes: int) -> str:
    made = teach.chains(SWEEP_SEED, design, folder)
    held = held_out(design, "dev")
    choices = [SFTChoice(LONG, rate, epochs) for rate in RATES for epochs in EPOCHS]
    choices += [SFTChoice(SHORT, rate, min(EPOCHS)) for rate in RATES]
    with workers(processes) as pool:
        rows = list(pool.map(partial(_sft, made.rows, held, design, folder), choices))
    head = ("chains", "learning rate", "epochs", *WORTH)
    said = "\n".join(f"- {kind}: {made.told[kind]}." for kind in made.told)
    return f"## SFT: learning rate and epochs\n\n{said}\n\n{table(head, rows)}"


def rl(design: Design, folder: Path, processes: int) -> str:
    rows = teach.chains(SWEEP_SEED, design, folder).rows
    held = held_out(design, "dev")
    begun = _learnt(SFTChoice(LONG, design.sft_rate, design.sft_epochs), rows, design, folder)
    before = ("none", *[""] * 5, *_worth(begun, held, design))
    with workers(processes) as pool:
        told = list(pool.map(partial(_rl, begun, held, design, folder), rl_choices()))
    head = ("advantages", "learning rate", "temperature", "first", "last", "entropy", *WORTH)
    about = (
        f"{UPDATES} updates with the plain reward. First and last: share of right responses, at the"
        f" temperature of RL, in the first and the last {LAST} updates; entropy of the next token"
        " in the last ones, in nats."
    )
    title = "## RL: learning rate, temperature and advantages"
    return f"{title}\n\n{about}\n\n{table(head, [before, *told])}"


def rl_choices() -> list[RLChoice]:
    ways: tuple[Literal["group", "returns"], ...] = ("returns", "group")
    return [
        RLChoice(way, rate, heat)
        for way in ways
        for rate in RL_RATES
        for heat in HEATS
        if rate == RL_RATE or heat == HEAT
    ]


def _sft(
    rows: dict[str, list[Row]],
    held: Sequence[Problem],
    design: Design,
    folder: Path,
    choice: SFTChoice,
) -> tuple[str, ...]:
    taught = _learnt(choice, rows, design, folder)
    return (*taught.cells, *_worth(taught, held, design))


def _learnt(choice: SFTChoice, rows: dict[str, list[Row]], design: Design, folder: Path) -> Taught:
    recipe = replace(design, sft_rate=choice.rate, sft_epochs=choice.epochs).sft(SWEEP_SEED)
    name = f"{slug(choice.kind)}-{choice.rate:g}-{choice.epochs:g}"
    model = learn(train_sft, rows[choice.kind], recipe, folder / name)
    cells = (choice.kind, f"{choice.rate:g}", f"{choice.epochs:g}")
    return Taught(cells, model, folder / "dev" / name)


def _rl(
    begun: Taught, held: Sequence[Problem], design: Design, folder: Path, choice: RLChoice
) -> tuple[str, ...]:
    changed = replace(
        design,
        advantages=choice.advantages,
        rl_rate=choice.rate,
        temperature=choice.heat,
        updates=min(UPDATES, design.updates),
    )
    name = f"{begun.place.name}-{choice.advantages}-{choice.rate:g}-{choice.heat:g}"
    recipe = changed.rl(PLAIN, begun.model, SWEEP_SEED)
    model = teach.reinforce(recipe, SWEEP_SEED, design, folder / name)
    cells = (choice.advantages, f"{choice.rate:g}", f"{choice.heat:g}", *_course(folder / name))
    return (*cells, *_worth(Taught(cells, model, folder / "dev" / name), held, design))


def _course(run: Path) -> tuple[str, str, str]:
    """Accuracy in the first and in the last updates, and the entropy there."""
    lines = RunFolder(run).metrics()
    first, last = lines[:LAST], lines[-LAST:]
    return (
        f"{100 * fmean(line['correct'] for line in first):.1f} %",
        f"{100 * fmean(line['correct'] for line in last):.1f} %",
        f"{fmean(line['entropy'] for line in last):.3f}",
    )


def _worth(taught: Taught, held: Sequence[Problem], design: Design) -> tuple[str, ...]:
    """What a model answers to dev problems."""
    results, name = Results(), taught.place.name
    results.add(name, SWEEP_SEED, asyncio.run(measured(taught.model, held, design, taught.place)))
    return (
        percent(results.estimate(name, "right")),
        percent(results.estimate(name, "greedy")),
        whole(results.estimate(name, "tokens")),
        f"{results.estimate(name, 'waits').mean:.2f}",
        percent(results.estimate(name, "capped")),
    )
