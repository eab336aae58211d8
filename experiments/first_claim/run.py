"""One command: measure all models on the registered problems and write the results page.

python -m experiments.first_claim.run RUNS                          the test split, opened once
python -m experiments.first_claim.run RUNS --primary                what the primary result needs
python -m experiments.first_claim.run RUNS --split dev --each 40    while working on it
python -m experiments.first_claim.run RUNS --registration 1         the first registration

A stopped command goes on. Models are measured side by side, each by a process with one thread.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import as_completed
from pathlib import Path

from reasonloom.models.local.folder import find, weights_hash

from ..common.registered import refuse_unregistered
from ..common.workers import workers
from . import page
from .analyse import Results
from .design import ALONE, REGISTRATIONS, SEEDS, SHARED, TOLD, model
from .measure import Record
from .problems import EACH, Problems, fingerprint
from .tasks import Wanted, with_chains, with_plans

COMMAND = "python -m experiments.first_claim.run RUNS"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("runs", type=Path, help="what train.py and teach.py wrote")
    parser.add_argument("--registration", type=int, choices=list(REGISTRATIONS), default=2)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--each", type=int, default=EACH, help="problems a group")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--processes", type=int, default=2, help="models measured side by side")
    parser.add_argument(
        "--primary",
        action="store_true",
        help="depths 1 to 6 of the strategy and its baselines alone; without it the same command"
        " goes on with the rest",
    )
    parser.add_argument("--page", type=Path, help="default: in docs/results; dev: in RUNS")
    given = parser.parse_args()
    registration = REGISTRATIONS[given.registration]
    name = fingerprint(Problems(registration.seed, given.split, given.each).items())
    refuse_unregistered(given.split, name, registration.file)
    wanted = Wanted(registration, given.runs, given.split, given.each, given.primary)
    to = given.page or (
        registration.page if given.split == "test" else registration.records(given.runs) / "dev.md"
    )
    run(wanted, given.seeds, given.processes, to, name)
    print(f"wrote {to}")


def run(wanted: Wanted, seeds: Sequence[int], processes: int, to: Path, name: str) -> Results:
    """Measure what the records do not hold yet, and write the page; `name` is the problems'."""
    registration = wanted.registration
    registration.records(wanted.runs).mkdir(parents=True, exist_ok=True)
    results = Results.of(measure_all(wanted, seeds, processes))
    options = ["--registration 1"] * (not registration.taught) + ["--primary"] * wanted.primary
    registered = f"as registered in `experiments/first_claim/{registration.file.name}`"
    facts = [
        f"Command: `{' '.join((COMMAND, *options))}`, {wanted.split} split ({name}),"
        f" {registered if wanted.split == 'test' else 'a trial: no claim'}.",
        registration.other,
        *(line for seed in seeds for line in told(wanted, seed)),
    ]
    to.parent.mkdir(parents=True, exist_ok=True)
    page.write(results, to, registration.title, facts)
    return results


def measure_all(
    wanted: Wanted, seeds: Sequence[int], processes: int
) -> dict[str, dict[int, list[Record]]]:
    """Records by kind of model and seed; the baselines of a seed wait for the tokens that its
    shared model spent."""
    found: dict[str, dict[int, list[Record]]] = defaultdict(dict)
    with workers(processes) as pool:
        ahead = {pool.submit(with_plans, wanted, seed): seed for seed in seeds}
        behind = {}
        for done in as_completed(ahead):
            seed = ahead[done]
            found[SHARED][seed], budget = done.result()
            for kind in wanted.registration.baselines:
                behind[pool.submit(with_chains, wanted, kind, seed, budget)] = kind, seed
        for task in as_completed(behind):
            kind, seed = behind[task]
            found[kind][seed], _ = task.result()
    return found


def told(wanted: Wanted, seed: int) -> Iterator[str]:
    """The hashes of a seed's models, and what they learnt from."""
    learnt = []
    for kind in wanted.registration.kinds:
        path = model(wanted.runs, kind, seed)
        named = f"{kind} {weights_hash(find(path).weights)}"
        if kind in (SHARED, ALONE):
            learnt.append(f"{named} ({loss_tokens(path.parent):,} loss tokens)")
        else:
            yield f"Seed {seed}: {named}, from {(path.parent / TOLD).read_text()}."
    yield f"Seed {seed}: {', '.join(learnt)}."


def loss_tokens(run: Path) -> int:
    """How many reply tokens a run has learnt from."""
    return int(json.loads((run / "log.jsonl").read_text().splitlines()[-1])["targets"])


if __name__ == "__main__":
    main()
