"""Run coroutines together and stop early: what `ctx.gather` stands on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from reasonloom.errors import BudgetSpent, ModelError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BranchFailure:
    """A branch that the model or the budget let down, as a value."""

    error: ModelError | BudgetSpent


class _Together(Generic[T]):
    """Branches under way; `over` is set once nothing more is waited for."""

    def __init__(self, keys: Iterable[str], until: Callable[[Mapping[str, T]], bool] | None):
        self.keys, self.until = tuple(keys), until
        self.results: dict[str, T | BranchFailure] = {}
        self.fault: Exception | None = None
        self.running = len(self.keys)
        self.over = asyncio.Event()

    async def run(self, key: str, branch: Callable[[], Awaitable[T]]) -> None:
        try:
            self.results[key] = await _value(branch)
            if self._decided():
                self.over.set()
        except Exception as fault:
            self.fault = self.fault or fault
            self.over.set()
        finally:
            self.running -= 1
            if not self.running:
                self.over.set()

    def _decided(self) -> bool:
        if self.until is None or self.over.is_set():
            return False
        return self.until(
            {k: v for k, v in self.in_key_order().items() if not isinstance(v, BranchFailure)}
        )

    def in_key_order(self) -> dict[str, T | BranchFailure]:
        return {key: self.results[key] for key in self.keys if key in self.results}


async def _value(branch: Callable[[], Awaitable[T]]) -> T | BranchFailure:
    try:
        return await branch()
    except (ModelError, BudgetSpent) as failure:
        return BranchFailure(failure)


async def run_together(
    branches: Mapping[str, Callable[[], Awaitable[T]]],
    until: Callable[[Mapping[str, T]], bool] | None,
) -> dict[str, T | BranchFailure]:
    """Results in key order; branches that were cancelled are absent.

    `until` sees the results so far, without failures, after each branch that ends; once it is true
    the rest is cancelled. Other errors than ModelError and BudgetSpent cancel the rest and are
    raised. Returns only when every branch has ended.
    """
    if not branches:
        return {}
    together = _Together(branches, until)
    tasks = [
        asyncio.create_task(together.run(key, branch), name=key) for key, branch in branches.items()
    ]
    try:
        await together.over.wait()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if together.fault:
        raise together.fault
    return together.in_key_order()
