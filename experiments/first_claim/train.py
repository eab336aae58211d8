"""Train the six small models of the claim: by seed one with all skills and one of chains alone."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from problems import FAMILIES

from reasonloom.nano.export import export
from reasonloom.nano.recipe import Recipe
from reasonloom.nano.train import Progress, train

SEEDS = (1, 2, 3)
NAMES = [f"{kind}-{seed}" for seed in SEEDS for kind in ("shared", "cot-only")]
MIX = {"work": 0.33, "plan": 0.25, "cot": 0.2, "assess": 0.17, "revise": 0.03, "answer": 0.02}
"""Skills of the shared models: those that an arm uses, more plans than nano sees."""
SMALL = replace(
    Recipe(),
    steps=3_000,
    fall=0.4,
    batch_tokens=4_096,
    width=192,
    layers=4,
    heads=3,
    kv_heads=3,
    inner=512,
    skills=MIX,
    families=list(FAMILIES),
)
COT_TOKENS = 3_000
"""Tokens of a batch of chains alone that hold as many loss tokens as SMALL's batches; the logs
count both (`targets`)."""


def recipe(kind: str, seed: int) -> Recipe:
    if kind == "shared":
        return replace(SMALL, seed=seed)
    return replace(SMALL, seed=seed, skills={"cot": 1.0}, batch_tokens=COT_TOKENS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a stopped run there goes on")
    parser.add_argument("names", nargs="*", default=NAMES, help="all, or some: " + ", ".join(NAMES))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--workers", type=int, default=0)
    given = parser.parse_args()
    for name in given.names:
        kind, _, seed = name.rpartition("-")

        def report(progress: Progress, name: str = name) -> None:
            if progress.step % 200 == 0:
                print(name, progress, flush=True)

        run = given.folder / name
        made = recipe(kind, int(seed))
        train(made, run, report=report, device=given.device, workers=given.workers)
        export(run, run / "model")


if __name__ == "__main__":
    main()
