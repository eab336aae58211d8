"""What the paper leaves open, or chose for models a thousand times larger, swept once on dev.

python -m experiments.shaped_rewards.sweep RUNS          both tables
python -m experiments.shaped_rewards.sweep RUNS sft      one of them

sft  learning rate and epochs, on long and on short chains: does the long model wait, and how often;
     set them in design.py before the other is swept
rl   learning rate, temperature and advantages, with the plain reward from the long model

About 8 and 30 minutes of two cores, estimated as in design.py. A stopped command goes on.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..common.sweeping import make, options, write_page
from .design import SWEEP_SEED, Design
from .sweeps import rl, sft

SWEEPS = {"sft": sft, "rl": rl}
HELD = 20
"""Dev problems of each depth and level."""
PAGE = Path(__file__).parents[2] / "docs" / "results" / "shaped_rewards_sweep.md"


def main() -> None:
    parser = options(__doc__, SWEEPS, PAGE)
    parser.add_argument("--processes", type=int, default=2, help="runs side by side")
    given = parser.parse_args()
    folder = given.runs / "sweep"
    design = Design(held=HELD)
    made = {name: partial(one, design, folder, given.processes) for name, one in SWEEPS.items()}
    make(made, given.what, folder, partial(write, folder, given.page))


def write(folder: Path, page: Path) -> Path:
    """The page of all that was swept so far."""
    head = (
        "# Shaped rewards: what was swept",
        f"`python -m experiments.shaped_rewards.sweep RUNS`: dev problems, seed {SWEEP_SEED}, which"
        " no claim uses. Accuracy, tokens, waits and the share at the cap are those of sampled"
        " responses; one greedy response stands beside them. Intervals are 95 %, over problems.",
    )
    return write_page(head, SWEEPS, folder, page)


if __name__ == "__main__":
    main()
