"""What a process of its own does: all arms of one model, or of one navigator and its reasoner."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple, TypeVar

from reasonloom.models.local import LocalModel
from reasonloom.worlds.splits import Split

from .design import CHAINS, NAVIGATOR, SHARED, Registration, model
from .measure import PRIMARY, SHOWN, Measure, Record
from .problems import BOTH_DEPTH, Item, Problems

Done = TypeVar("Done")
MAX_ROWS = 256
"""Samples decoded together: more than usual, since only the sum of the time matters here."""
BOTH = f"depth {BOTH_DEPTH}"
PLANNED = ("reasonflux", "reasonflux, untaught", "accept all")
CHAINED = ("cot", "self-consistency")


class Wanted(NamedTuple):
    """What is measured of the models in `runs`: `each` problems a group; with `primary` the depths
    1 to 6 alone."""

    registration: Registration
    runs: Path
    split: Split
    each: int
    primary: bool

    def all(self) -> list[Item]:
        drawn = Problems(self.registration.seed, self.split, self.each).items()
        return [i for i in drawn if i.group in SHOWN] if self.primary else drawn

    def plain(self) -> list[Item]:
        return [i for i in self.all() if i.group != "withheld templates"]

    def records(self, kind: str, seed: int) -> Path:
        return self.registration.records(self.runs) / f"{self.split}-{seed}.{kind}.jsonl"

    def told(self, kind: str, records: list[Record]) -> list[Record]:
        """Without what an earlier run, of the whole, has left unfinished."""
        if not self.primary:
            return records
        arms = PLANNED if kind == SHARED else CHAINED
        return [r for r in records if r["group"] in SHOWN and r["arm"] in arms]


def with_plans(wanted: Wanted, seed: int) -> tuple[list[Record], dict[str, float]]:
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

    return asyncio.run(_measured(wanted, SHARED, seed, work))


def with_chains(
    wanted: Wanted, kind: str, seed: int, budget: Mapping[str, float]
) -> tuple[list[Record], None]:
    """The arms of a model that is asked for chains alone, at the budget of each group."""
    plain = wanted.plain()
    groups = {item.group for item in plain}
    if kind == CHAINS:
        groups &= set(PRIMARY)
    paid = {group: spent for group, spent in budget.items() if group in groups}
    return asyncio.run(_measured(wanted, kind, seed, lambda m: m.chains(plain, paid)))


async def _measured(
    wanted: Wanted, kind: str, seed: int, work: Callable[[Measure], Awaitable[Done]]
) -> tuple[list[Record], Done]:
    async with AsyncExitStack() as stack:

        def opened(kind: str) -> LocalModel:
            path = model(wanted.runs, kind, seed)
            found = LocalModel.open(path, threads=1, lanes=1, max_rows=MAX_ROWS)
            stack.push_async_callback(found.close)
            return found

        led = kind == SHARED and wanted.registration.taught
        path = wanted.records(kind, seed)
        measure = Measure(opened(kind), path, opened(NAVIGATOR) if led else None)
        done = await work(measure)
        return wanted.told(kind, measure.records), done
