"""Preference for each seed: which templates work, and, for the baseline, which chains end right.

python -m experiments.first_claim.teach RUNS    what train.py wrote; a stopped command goes on

Problems, K, M, margin, rates and epochs are those of `experiments/trajectory_preference/design.py`.
The navigator begins as the shared model, which carries out its trajectories too; the chains are the
cot-only model's, on the same problems, as many a problem, and at most as many pairs.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from concurrent.futures import as_completed
from dataclasses import replace
from pathlib import Path

from reasonloom.errors import InputError
from reasonloom.models.local import LocalModel
from reasonloom.train.dpo import train_dpo
from reasonloom.train.rows import Row, write_rows
from reasonloom.train.trajectories import Report, make_pairs

from ..common.learn import learn
from ..common.workers import workers
from ..trajectory_preference.design import Design
from ..trajectory_preference.problems import to_learn_from
from ..trajectory_preference.told import rolled
from .design import ALONE, CHAINS, NAVIGATOR, SEEDS, SHARED, TOLD, model
from .pair_chains import Made, chain_pairs

MAX_ROWS = 256


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("runs", type=Path, help="what train.py wrote")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--processes", type=int, default=2, help="models taught side by side")
    given = parser.parse_args()
    teach(given.runs, given.seeds, given.processes, replace(Design(), threads=1))


def teach(runs: Path, seeds: Sequence[int], processes: int, design: Design) -> None:
    """Both models of every seed; the chains wait for the number of the navigator's pairs."""
    with workers(processes) as pool:
        ahead = {pool.submit(navigator, runs, seed, design): seed for seed in seeds}
        behind = []
        for done in as_completed(ahead):
            behind.append(pool.submit(chains, runs, ahead[done], design, done.result()))
        for done in as_completed(behind):
            print(f"{done.result()} pairs", flush=True)


def navigator(runs: Path, seed: int, design: Design) -> int:
    """Learn which trajectories work; returns of how many pairs. Raises InputError for none."""
    begun = model(runs, SHARED, seed)
    rows, report = asyncio.run(_trajectories(begun, seed, design, runs / f"trajectories-{seed}"))
    return _learn(rows, rolled(report), begun, seed, design, runs / f"{NAVIGATOR}-{seed}")


def chains(runs: Path, seed: int, design: Design, most: int) -> int:
    """Learn which chains end right; returns of how many pairs. Raises InputError for none."""
    begun, folder = model(runs, ALONE, seed), runs / f"sampled-{seed}"
    made = asyncio.run(_sampled(begun, seed, design, most, folder))
    write_rows(folder / "pairs.jsonl", made.rows)
    return _learn(made.rows, made.told, begun, seed, design, runs / f"{CHAINS}-{seed}")


async def _trajectories(
    begun: Path, seed: int, design: Design, folder: Path
) -> tuple[list[Row], Report]:
    opened = _open(begun)
    try:
        found = to_learn_from(design, seed, design.train)
        return await make_pairs(found, folder, design.rolled(seed), model=opened)
    finally:
        await opened.close()


async def _sampled(begun: Path, seed: int, design: Design, most: int, folder: Path) -> Made:
    opened = _open(begun)
    try:
        problems = [source.problem for source in to_learn_from(design, seed, design.train)]
        return await chain_pairs(problems, opened, design.rolled(seed), most, folder)
    finally:
        await opened.close()


def _open(path: Path) -> LocalModel:
    """Named without its place, so that what is journaled holds wherever the runs lie."""
    name = path.parent.name
    return LocalModel.open(path, threads=1, lanes=1, max_rows=MAX_ROWS, name=name)


def _learn(
    rows: Sequence[Row], said: str, begun: Path, seed: int, design: Design, folder: Path
) -> int:
    if not rows:
        raise InputError(f"{folder}: there is no pair to learn from: {said}")
    learn(train_dpo, rows, design.dpo(f"local:{begun}", seed), folder)
    (folder / TOLD).write_text(said)
    return len(rows)


if __name__ == "__main__":
    main()
