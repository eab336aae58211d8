"""The four sweeps; each returns its section of the page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from reasonloom.templates.library import Library
from reasonloom.train.dpo import train_dpo
from reasonloom.train.navigator.structure import structure_rows
from reasonloom.train.rows import SFT as EXAMPLE
from reasonloom.train.rows import read_rows
from reasonloom.train.sft import train_sft
from reasonloom.train.trajectories import Rolled, Source
from reasonloom.train.trajectories.bench import open_bench
from reasonloom.train.trajectories.collect import collect
from reasonloom.train.trajectories.make import BEST as BEST_ROWS

from ..common.learn import learn
from ..common.markdown import percent, table
from . import measure, teach
from .analyse import Results
from .arms import NANO
from .design import HELD_SEED, REASONER, SWEEP_SEED, Design
from .pair_choices import LARGEST, choices
from .problems import held_out

RATES = (3e-5, 1e-4, 3e-4)
"""Of SFT."""
DPO_RATES = (1e-5, *RATES)
BETAS = (0.1, 0.5)
WORTH = ("R", "accuracy", "readable plans")


def structure(design: Design, folder: Path) -> str:
    held = structure_rows(Library.load(), seed=SWEEP_SEED).held
    models = {"none": NANO}
    for rate in RATES:
        models[f"{rate:g}"] = _frozen(replace(design, structure_rate=rate), folder)
    rows = []
    for name, model in models.items():
        likely = asyncio.run(measure.held_likelihood(model, held))
        rows.append((name, str(likely.per_token), *_worth(model, name, design, folder)))
    head = ("learning rate", "nats a token of held-out templates", *WORTH)
    return "## Structure SFT: learning rate\n\n" + table(head, rows)


def pairs(design: Design, folder: Path) -> str:
    found = held_out(design, "dev")
    rolled = asyncio.run(_roll_out(_frozen(design, folder), found, folder / "pairs"))
    rows = [
        (
            str(c.k),
            str(c.m),
            f"{c.margin:g}",
            percent(c.usable),
            f"{c.pairs:.2f}",
            f"{c.rollouts:.0f}",
            f"{c.gap:.3f}",
            str(c.gap_apart or "n/a"),
        )
        for c in choices(rolled, design.roll)
    ]
    head = ("K", "M", "margin", "problems with a pair", "pairs a problem", "roll-outs a problem")
    gaps = ("R apart, as chosen", "R apart, on problems that did not choose")
    return f"## Pairs: K, M and margin, {len(rolled)} problems\n\n" + table((*head, *gaps), rows)


def dpo(design: Design, folder: Path) -> str:
    frozen = _frozen(design, folder)
    rows, _ = teach.roll_out(frozen, SWEEP_SEED, design, folder / "rolled")
    tried = [("none", "", *_worth(frozen, f"{design.structure_rate:g}", design, folder))]
    for rate in DPO_RATES:
        for beta in BETAS:
            recipe = replace(design, dpo_rate=rate, beta=beta).dpo(frozen, SWEEP_SEED)
            name = f"dpo-{rate:g}-{beta:g}"
            model = learn(train_dpo, rows, recipe, folder / name)
            tried.append((f"{rate:g}", f"{beta:g}", *_worth(model, name, design, folder)))
    title = f"## Preference: learning rate and beta, {len(rows)} pairs\n\n"
    return title + table(("learning rate", "beta", *WORTH), tried)


def sft(design: Design, folder: Path) -> str:
    frozen = _frozen(design, folder)
    teach.roll_out(frozen, SWEEP_SEED, design, folder / "rolled")
    rows = read_rows(folder / "rolled" / BEST_ROWS, EXAMPLE)
    tried = []
    for rate in RATES:
        recipe = replace(design, sft_rate=rate).sft(frozen, SWEEP_SEED)
        name = f"sft-{rate:g}"
        model = learn(train_sft, rows, recipe, folder / name)
        tried.append((f"{rate:g}", *_worth(model, name, design, folder)))
    title = f"## SFT on the best of K: learning rate, {len(rows)} rows\n\n"
    return title + table(("learning rate", *WORTH), tried)


def _frozen(design: Design, folder: Path) -> str:
    """The structure checkpoint of the sweep's seed at the design's rate."""
    return teach.structure(SWEEP_SEED, design, folder / f"rate-{design.structure_rate:g}")[0]


def _worth(model: str, name: str, design: Design, folder: Path) -> tuple[str, str, str]:
    """What a model's greedy trajectories are worth on dev; `name` is that of its journal."""
    results = Results()
    found = held_out(design, "dev")
    place, cache = folder / "dev" / name, folder / "dev.sqlite"
    records = asyncio.run(measure.greedy(model, found, design.roll.m, place, cache))
    results.add(name, SWEEP_SEED, records)
    return (
        str(results.estimate(name, "reward")),
        percent(results.estimate(name, "right")),
        percent(results.estimate(name, "planned")),
    )


async def _roll_out(navigator: str, found: Sequence[Source], folder: Path) -> list[Rolled]:
    async with open_bench(folder, navigator=navigator, reasoner=REASONER, seed=HELD_SEED) as bench:
        made = await collect(found, replace(LARGEST, seed=HELD_SEED), bench)
    return [one for one in made.rolled if len(one.similar) == LARGEST.m]
