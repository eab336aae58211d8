"""Finished attempts on their way to disk: in groups, by a thread, off the event loop.

What a killed run had not yet written is made again from its trace, at no cost.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from reasonloom.evaluate import store
from reasonloom.evaluate.records import Arm, Attempt

GROUP_SECONDS = 0.2
"""Two groups are this far apart (our choice)."""


class Writer:
    """Takes attempts at once and writes them soon; use it in an `async with`."""

    def __init__(self, run: store.Run) -> None:
        self._run = run
        self._attempts: list[Attempt] = []
        self._arms: list[Arm] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="loom-run")
        self._timer: asyncio.Task[None] | None = None

    def add(self, attempt: Attempt) -> None:
        """Raises StoreError where an earlier group could not be written."""
        self._attempts.append(attempt)
        self._start()

    def lacks(self, arm: Arm) -> None:
        self._arms.append(arm)
        self._start()

    async def flush(self) -> None:
        """Return once all is written. Raises StoreError where that failed."""
        attempts, self._attempts = self._attempts, []
        arms, self._arms = self._arms, []
        await asyncio.get_running_loop().run_in_executor(self._pool, self._write, attempts, arms)

    def _start(self) -> None:
        if self._timer is None or self._timer.done():
            if self._timer is not None:
                self._timer.result()
            self._timer = asyncio.create_task(self._soon())

    async def _soon(self) -> None:
        await asyncio.sleep(GROUP_SECONDS)
        await self.flush()

    def _write(self, attempts: list[Attempt], arms: list[Arm]) -> None:
        if arms:
            store.write_arms(self._run, arms)
        if attempts:
            store.write_attempts(self._run, attempts)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        try:
            if self._timer is not None:
                self._timer.cancel()
            await self.flush()
        finally:
            self._pool.shutdown()
