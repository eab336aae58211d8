"""Train the six models of the claim: by seed one with all skills and one of chains alone.

All branch off one trunk, nano before its rates fall, and learn on while their rates fall: so each
costs a fraction of what a model from nothing would.

python -m experiments.first_claim.train TRUNK RUNS              all six
python -m experiments.first_claim.train TRUNK RUNS shared-1     some of them
"""

from __future__ import annotations

import argparse
import json
import shutil
from concurrent.futures import as_completed
from dataclasses import replace
from pathlib import Path

import torch

from reasonloom.nano.export import export
from reasonloom.nano.recipe import Recipe
from reasonloom.nano.train import LATEST, STABLE, Progress, train

from ..common.workers import workers
from .design import ALONE, SEEDS, SHARED
from .problems import FAMILIES

NAMES = [f"{kind}-{seed}" for seed in SEEDS for kind in (SHARED, ALONE)]
MIX = {"work": 0.33, "plan": 0.25, "cot": 0.2, "assess": 0.17, "revise": 0.03, "answer": 0.02}
"""Skills of the shared models: those that an arm uses, more plans than nano sees."""
SHARED_TOKENS, COT_TOKENS = 4_096, 3_100
"""Tokens of a batch, so that both kinds learn from as many loss tokens; the logs count both
(`targets`). Chains of the first registration had 2,870: its worlds had no table of multiples, which
makes a worked step longer."""
STEPS = 600


def recipe(trunk: Recipe, kind: str, seed: int) -> Recipe:
    """The trunk's shape and rates, which fall from the first step to the last."""
    branch = replace(trunk, seed=seed, steps=STEPS, warm_steps=0, fall=1.0, families=list(FAMILIES))
    if kind == SHARED:
        return replace(branch, skills=MIX, batch_tokens=SHARED_TOKENS)
    return replace(branch, skills={"cot": 1.0}, batch_tokens=COT_TOKENS)


def branch_off(trunk: Path, run: Path) -> None:
    """Begin `run` with the trunk before its rates fall, its optimizers included, as step 0."""
    if (run / LATEST).exists():
        return
    run.mkdir(parents=True, exist_ok=True)
    shutil.copy(trunk / "tokenizer.json", run)
    before = trunk / STABLE
    state = torch.load(before if before.exists() else trunk / LATEST, weights_only=True)
    state["state"] = dict.fromkeys(state["state"], 0)
    torch.save(state, run / LATEST)


def learn(trunk: Path, folder: Path, name: str, device: str) -> str:
    """The branch `name`, or what a stopped run has left of it to do, with one thread."""
    torch.set_num_threads(1)
    kind, _, seed = name.rpartition("-")
    run = folder / name
    made = recipe(Recipe(**json.loads((trunk / "recipe.json").read_text())), kind, int(seed))
    branch_off(trunk, run)

    def report(progress: Progress) -> None:
        if progress.step % 200 == 0:
            print(name, progress, flush=True)

    train(made, run, report=report, device=device)
    export(run, run / "model")
    return name


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("trunk", type=Path, help="a run of `loom nano build` before its rates fall")
    parser.add_argument("folder", type=Path, help="a stopped run there goes on")
    parser.add_argument("names", nargs="*", default=NAMES, help="all, or some: " + ", ".join(NAMES))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--processes", type=int, default=2, help="models trained side by side")
    given = parser.parse_args()
    with workers(given.processes) as pool:
        begun = [
            pool.submit(learn, given.trunk, given.folder, name, given.device)
            for name in given.names
        ]
        for done in as_completed(begun):
            print(f"{done.result()} is trained", flush=True)


if __name__ == "__main__":
    main()
