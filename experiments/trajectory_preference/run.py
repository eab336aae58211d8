"""One command: learn every arm of every seed, measure them, and write the results page.

python -m experiments.trajectory_preference.run RUNS               the test split, opened once
python -m experiments.trajectory_preference.run RUNS --split dev --held 2   while working on it

A stopped command goes on. Seeds are independent: with more cores start one command for each
(--seeds 1, ...), and at the end one for all, which finds everything done.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from reasonloom.train.likelihood import Likelihood
from reasonloom.train.trajectories import Source
from reasonloom.worlds.splits import Split

from ..common.learn import hash_of, slug
from ..common.registered import refuse_unregistered
from . import measure, page
from .analyse import Results
from .arms import ADAPTING, FROZEN, NANO, PLANNING, adapted
from .design import HELD_SEED, SEEDS, Design
from .problems import fingerprint, held_out
from .teach import Taught, teach
from .told import told

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "results" / "trajectory_preference.md"
COMMAND = "python -m experiments.trajectory_preference.run RUNS"


class Held(NamedTuple):
    """The problems that all arms are measured on, and where what is measured stands."""

    split: Split
    problems: Sequence[Source]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("runs", type=Path, help="a folder; what stands there is gone on with")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--held", type=int, help="held-out problems of each depth and level")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    design = replace(Design(), held=given.held) if given.held else Design()
    held = Held(given.split, held_out(design, given.split))
    name = fingerprint(held.problems, design.roll.m)
    refuse_unregistered(given.split, name, HERE / "registration.md")
    facts = [
        f"Command: `{COMMAND}`, {given.split} split ({name}), as registered in"
        " `experiments/trajectory_preference/registration.md`.",
        f"{len(held.problems)} held-out problems, training seeds"
        f" {', '.join(map(str, given.seeds))}; reasoner in every arm: nano"
        f" `{hash_of(NANO)}`.",
    ]
    run(design, held, given.seeds, given.runs, given.page, facts)
    print(f"wrote {given.page}")


def run(
    design: Design, held: Held, seeds: Sequence[int], runs: Path, to: Path, facts: Sequence[str]
) -> Results:
    """Learn and measure what `runs` does not hold yet, and write the page."""
    results, made = Results(), []
    for seed in seeds:
        folder = runs / f"seed-{seed}"
        taught = teach(seed, design, folder)
        asyncio.run(measure_all(results, seed, taught, design, held, folder, runs))
        likely = asyncio.run(_likelihoods(taught))
        hashes = {arm: hash_of(model) for arm, model in taught.models.items()}
        made += [f"Seed {seed}: {line}" for line in told(taught, likely, hashes)]
    page.write(results, to, facts, made)
    return results


async def measure_all(
    results: Results,
    seed: int,
    taught: Taught,
    design: Design,
    held: Held,
    folder: Path,
    runs: Path,
) -> None:
    """Every arm of a seed on the held-out problems."""
    place, cache = folder / held.split, runs / f"{held.split}.sqlite"
    for arm in PLANNING:
        model = taught.models[arm]
        found = await measure.greedy(model, held.problems, design.roll.m, place / slug(arm), cache)
        results.add(arm, seed, found)
    settings = design.rolled(HELD_SEED)
    tops = await measure.ceiling(
        taught.models[FROZEN], held.problems, settings, place / slug(FROZEN), cache
    )
    for name, records in tops.items():
        results.add(name, seed, records)
    for arm in ADAPTING:
        where = place / slug(adapted(arm))
        records = await measure.adapting(taught.models[arm], held.problems, where)
        results.add(adapted(arm), seed, records)


async def _likelihoods(taught: Taught) -> dict[str, Likelihood]:
    return {
        arm: await measure.held_likelihood(taught.models[arm], taught.held)
        for arm in (NANO, FROZEN)
    }


if __name__ == "__main__":
    main()
