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

from collections.abc import Callable
from functools import partial
from pathlib import Path

from ..common.sweeping import make, options, write_page
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
    given = options(__doc__, SWEEPS, PAGE).parse_args()
    folder = given.runs / "sweep"
    design = Design(held=HELD)
    made = {name: partial(one, design, folder) for name, one in SWEEPS.items()}
    make(made, given.what, folder, partial(write, folder, given.page))


def write(folder: Path, page: Path) -> Path:
    """The page of all that was swept so far."""
    head = (
        "# Trajectory preference: what was swept",
        "`python -m experiments.trajectory_preference.sweep RUNS`: dev problems, seed"
        f" {SWEEP_SEED}, which no claim uses. R and accuracy are those of greedy trajectories;"
        " intervals are 95 %, over problems.",
    )
    return write_page(head, SWEEPS, folder, page)


if __name__ == "__main__":
    main()
