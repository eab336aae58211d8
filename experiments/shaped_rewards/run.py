"""One command: learn every arm of every seed, measure them, and write both results pages.

python -m experiments.shaped_rewards.run RUNS                              the test split, once
python -m experiments.shaped_rewards.run RUNS --split dev --held 5 --seeds 0   while working on it

A stopped command goes on. Each process works with one thread.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future, as_completed
from dataclasses import replace
from pathlib import Path

from ..common.learn import hash_of
from ..common.registered import fingerprint, refuse_unregistered
from ..common.workers import workers
from . import page, teach
from .analyse import Results
from .arms import LONG, NANO, REWARDS, SHORT
from .claims import CLAIMS
from .design import SEEDS, Design
from .problems import held_out
from .teach import Place, Taught

HERE = Path(__file__).parent
PAGES = HERE.parents[1] / "docs" / "results"
COMMAND = "python -m experiments.shaped_rewards.run RUNS"
REGISTERED = ", as registered in `experiments/shaped_rewards/registration.md`."
ORDER = (NANO, SHORT, LONG, *REWARDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("runs", type=Path, help="a folder; what stands there is gone on with")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--held", type=int, help="held-out problems of each depth and level")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--processes", type=int, default=2, help="tasks side by side")
    parser.add_argument("--pages", type=Path, default=PAGES, help="the folder of both pages")
    given = parser.parse_args()
    design = replace(Design(), held=given.held) if given.held else Design()
    problems = held_out(design, given.split)
    name = fingerprint(problems)
    refuse_unregistered(given.split, name, HERE / "registration.md")
    place = Place(given.runs, given.split, problems)
    facts = [
        f"Command: `{COMMAND}`, {given.split} split ({name})"
        + (REGISTERED if given.split == "test" else ", a trial: no claim."),
        f"{len(problems)} held-out problems, {design.asked} sampled responses each, training seeds"
        f" {', '.join(map(str, given.seeds))}; nano `{hash_of(NANO)}`.",
    ]
    run(design, place, given.seeds, given.processes, given.pages, facts)
    print(f"wrote both pages to {given.pages}")


def run(
    design: Design,
    place: Place,
    seeds: Sequence[int],
    processes: int,
    pages: Path,
    facts: Sequence[str],
) -> Results:
    """Learn and measure what `place` does not hold yet, and write the pages."""
    taught = every_arm(design, place, seeds, processes)
    results, logs = Results(), defaultdict(list)
    for one in taught:
        for seed in seeds if one.arm == NANO else (one.seed,):
            results.add(one.arm, seed, one.records)
        if one.curve:
            logs[one.arm].append(one.curve)
    for claim in CLAIMS:
        made = [told(one) for one in taught if one.arm in claim.arms and one.arm != NANO]
        page.write(results, claim, logs, pages / f"{claim.name}.md", facts, made)
    return results


def every_arm(design: Design, place: Place, seeds: Sequence[int], processes: int) -> list[Taught]:
    """By seed and arm; the arms of a seed begin as soon as its starting models stand."""
    taught: list[Taught] = []
    arms: list[Future[Taught]] = []
    with workers(processes) as pool:
        begun = [pool.submit(teach.started, seed, design, place) for seed in seeds]
        nano = pool.submit(teach.shipped, design, place)
        for done in as_completed(begun):
            taught += (both := done.result())
            seed = both[0].seed
            arms += [pool.submit(teach.reinforced, arm, seed, design, place) for arm in REWARDS]
        taught += [nano.result(), *(done.result() for done in as_completed(arms))]
    return sorted(taught, key=lambda one: (one.seed, ORDER.index(one.arm)))


def told(one: Taught) -> str:
    return f"Seed {one.seed}, {one.arm} `{one.hash}`" + (f": {one.told}." if one.told else ".")


if __name__ == "__main__":
    main()
