"""What the paper leaves open, swept once on dev before anything is registered.

python -m experiments.trajectory_preference.sweep RUNS                   all four tables
python -m experiments.trajectory_preference.sweep RUNS structure pairs   some of them

structure  its learning rate; set it in design.py before the others are swept
pairs      K, M and margin, from one set of roll-outs on dev problems
dpo        learning rate and beta, on pairs of train problems
sft        learning rate of SFT on the best of K, so that its arm is no worse off

About 45 minutes on two cores, estimated as in design.py. A stopped command goes on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from .design import SWEEP_SEED, Design
from .sweeps import dpo, pairs, sft, structure

SWEEPS: dict[str, Callable[[Design, Path], str]] = {
    "structure": structure,
    "pairs": pairs,
    "dpo": dpo,
    "sft": sft,
}
HELD = 10
"""Dev problems of each depth and level."""
PAGE = Path(__file__).parents[2] / "docs" / "results" / "trajectory_preference_sweep.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("runs", type=Path, help="a folder; what stands there is gone on with")
    parser.add_argument("what", nargs="*", help=f"{', '.join(SWEEPS)}; all if left out")
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    wanted = given.what or list(SWEEPS)
    if unknown := [name for name in wanted if name not in SWEEPS]:
        raise SystemExit(f"there is no sweep {', '.join(unknown)}: take {', '.join(SWEEPS)}")
    folder = given.runs / "sweep"
    for name in wanted:
        text = SWEEPS[name](Design(held=HELD), folder)
        (folder / f"{name}.md").write_text(text)
        write(folder, given.page)
        print(f"swept {name}: {given.page}", flush=True)


def write(folder: Path, page: Path) -> None:
    """The page of all that was swept so far."""
    found = [folder / f"{name}.md" for name in SWEEPS]
    blocks = [
        "# Trajectory preference: what was swept",
        "`python -m experiments.trajectory_preference.sweep RUNS`: dev problems, seed"
        f" {SWEEP_SEED}, which no claim uses. R and accuracy are those of greedy trajectories;"
        " intervals are 95 %, over problems.",
        *(path.read_text() for path in found if path.exists()),
    ]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n\n".join(blocks) + "\n")


if __name__ == "__main__":
    main()
