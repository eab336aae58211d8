"""One command: measure the six models on the registered problems and write the results page.

python experiments/first_claim/run.py RUNS            the test split, opened once
python experiments/first_claim/run.py RUNS --split dev --each 40   while working on it
python experiments/first_claim/run.py RUNS --primary               what the primary result needs
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import page
from analyse import Results
from measure import SHOWN, Measure, Record
from problems import BOTH_DEPTH, Item, fingerprint, items

from reasonloom.models.local import LocalModel
from reasonloom.models.local.folder import find, weights_hash
from reasonloom.worlds.splits import Split
from train import SEEDS

Done = TypeVar("Done")
MAX_ROWS = 256
"""Samples decoded together: more than usual, since only the sum of the time matters here."""
BOTH = f"depth {BOTH_DEPTH}"
PRIMARY_ARMS = ("reasonflux", "accept all", "cot", "self-consistency")
HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "results" / "first_claim.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("runs", type=Path, help="what train.py wrote")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--each", type=int, default=200, help="problems a group")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--processes", type=int, default=2, help="models measured side by side")
    parser.add_argument(
        "--primary",
        action="store_true",
        help="depths 1 to 6 of reasonflux, accept all, and the chains of the cot-only models alone;"
        " without it the same command goes on with the rest",
    )
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    drawn = items(given.split, given.each)
    registered = (HERE / "registration.md").read_text()
    if given.split == "test" and fingerprint(drawn) not in registered:
        raise SystemExit(
            f"the problems drawn ({fingerprint(drawn)}) are not those that registration.md names:"
            " the worlds have changed since; register anew"
        )
    wanted = Wanted(given.split, given.each, given.primary)
    measured = measure_all(given.runs, wanted, given.seeds, given.processes)
    command = f"python experiments/first_claim/run.py RUNS{' --primary' * given.primary}"
    facts = [
        f"Command: `{command}`, {given.split} split"
        f" ({fingerprint(drawn)}), as registered in `experiments/first_claim/registration.md`.",
        *(f"Seed {seed}: {told(given.runs, seed)}." for seed in given.seeds),
    ]
    given.page.parent.mkdir(parents=True, exist_ok=True)
    page.write(Results.of(*measured), given.page, facts)
    print(f"wrote {given.page}")


BySeed = dict[int, list[Record]]


class Wanted(NamedTuple):
    """What is measured: `each` problems a group; with `primary` the depths 1 to 6 alone."""

    split: Split
    each: int
    primary: bool

    def all(self) -> list[Item]:
        drawn = items(self.split, self.each)
        return [i for i in drawn if i.group in SHOWN] if self.primary else drawn

    def plain(self) -> list[Item]:
        return [i for i in self.all() if i.group != "withheld templates"]

    def told(self, records: list[Record]) -> list[Record]:
        """Without what an earlier run, of the whole, has left unfinished."""
        if not self.primary:
            return records
        return [r for r in records if r["group"] in SHOWN and r["arm"] in PRIMARY_ARMS]


def measure_all(
    runs: Path, wanted: Wanted, seeds: list[int], processes: int
) -> tuple[BySeed, BySeed]:
    """Records of the shared and of the cot-only models; each model is a process's task, and a
    seed's cot-only one waits for the tokens that its shared one spent."""
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:

        def start(kind: str, seed: int, *more: Any) -> Future[Any]:
            model = runs / f"{kind}-{seed}" / "model"
            path = runs / f"{wanted.split}-{seed}.{kind}.jsonl"
            return pool.submit(TASKS[kind], model, path, wanted, *more)

        ahead = {start("shared", seed): seed for seed in seeds}
        behind: dict[int, Future[Any]] = {}
        shared: BySeed = {}
        for done in as_completed(ahead):
            seed = ahead[done]
            records, budget = done.result()
            shared[seed] = wanted.told(records)
            behind[seed] = start("cot-only", seed, budget)
        return shared, {seed: wanted.told(task.result()) for seed, task in behind.items()}


def all_skills(model: Path, path: Path, wanted: Wanted) -> tuple[list[Record], dict[str, float]]:
    """Every arm of a shared model, and the mean tokens of its reasonflux by group."""
    plain = wanted.plain()

    async def work(measure: Measure) -> dict[str, float]:
        await measure.planned(plain)
        budget = measure.spent("reasonflux")
        if not wanted.primary:
            await measure.varied(plain)
            await measure.ladder(wanted.all())
            await measure.chains(plain, {BOTH: budget[BOTH]})
        return budget

    return _opened(model, path, work)


def chains_alone(model: Path, path: Path, wanted: Wanted, budget: dict[str, float]) -> list[Record]:
    """The arms of a cot-only model, at the budget of each group."""
    plain = wanted.plain()
    budget = {
        group: spent for group, spent in budget.items() if any(i.group == group for i in plain)
    }
    return _opened(model, path, lambda measure: measure.chains(plain, budget))[0]


TASKS: dict[str, Callable[..., Any]] = {"shared": all_skills, "cot-only": chains_alone}


def _opened(
    model: Path, path: Path, work: Callable[[Measure], Awaitable[Done]]
) -> tuple[list[Record], Done]:
    async def go() -> tuple[list[Record], Done]:
        opened = LocalModel.open(model, threads=1, lanes=1, max_rows=MAX_ROWS)
        measure = Measure(opened, path)
        done = await work(measure)
        await opened.close()
        return measure.records, done

    return asyncio.run(go())


def told(runs: Path, seed: int) -> str:
    """The hashes of a seed's models, and how much they learnt from."""
    return ", ".join(
        f"{kind} {weights_hash(find(runs / f'{kind}-{seed}' / 'model').weights)}"
        f" ({loss_tokens(runs / f'{kind}-{seed}'):,} loss tokens)"
        for kind in TASKS
    )


def loss_tokens(run: Path) -> int:
    """How many reply tokens a run has learnt from."""
    return int(json.loads((run / "log.jsonl").read_text().splitlines()[-1])["targets"])


if __name__ == "__main__":
    main()
