"""A model that answers many problems together, each once: what it said is journaled."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from reasonloom.models.local import LocalModel
from reasonloom.train.learner import source_of
from reasonloom.train.trajectories.bench import Bench, open_bench

ROLE = "reasoner"
AT_ONCE = 128
"""Problems under way together: a core decodes large batches best."""


@asynccontextmanager
async def opened(model: str, folder: Path, seed: int, threads: int) -> AsyncIterator[Bench]:
    """One lane only, so that processes side by side do not take each other's core."""
    local = LocalModel.open(
        source_of(model), threads=threads, lanes=1, max_rows=2 * AT_ONCE, name=model
    )
    try:
        async with open_bench(folder, model=local, seed=seed, at_once=AT_ONCE) as bench:
            yield bench
    finally:
        await local.close()
