"""Run strategies over problems: many at once, stopped at any point, gone on with later.

A run and one that was stopped and went on give the same result: every draw is named by seed,
problem, strategy's own path and sample; finished attempts are in the run's file, and finished calls
of the others in its trace.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time_ns
from typing import Any

from reasonloom.api import ModelLike, TemplatesOnDemand, open_models, roles
from reasonloom.errors import InputError, NoSkill
from reasonloom.evaluate import store
from reasonloom.evaluate.attempt import Setup, make_attempt
from reasonloom.evaluate.journal import Journal, count_calls
from reasonloom.evaluate.judge import Judge, grade_run
from reasonloom.evaluate.lock import locked
from reasonloom.evaluate.plan import Plan, Task, Wish, default_path, make_plan
from reasonloom.evaluate.records import Arm, Attempt
from reasonloom.evaluate.writer import Writer
from reasonloom.models.limited import Limited
from reasonloom.models.protocol import Model
from reasonloom.trace import TraceFile

AT_ONCE = 64
"""Attempts under way together where nothing else is asked for (our choice)."""

Watch = Callable[[Attempt], None]


@dataclass
class Session:
    """An open run with its models, ready to make attempts."""

    run: store.Run
    plan: Plan
    setup: Setup
    judge: Judge
    writer: Writer
    at_once: int = AT_ONCE
    lacks: dict[str, str] = field(default_factory=dict)

    async def make(self, tasks: Iterable[Task], watch: Watch | None = None) -> None:
        """Make, grade and store attempts; `watch` sees each one.

        Raises ModelError when the endpoint is gone or refuses the key: what was done is stored.
        """
        queue = iter(tasks)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.at_once):
                    group.create_task(self._work(queue, watch))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            await self.writer.flush()

    async def _work(self, queue: Iterator[Task], watch: Watch | None) -> None:
        for task in queue:
            if task.key.strategy in self.lacks:
                continue
            try:
                made = await make_attempt(task, self.setup)
            except NoSkill as lack:
                self._note_lack(task, str(lack))
                continue
            graded = await self.judge.graded(task.problem, made)
            self.writer.add(graded)
            if watch:
                watch(graded)

    def _note_lack(self, task: Task, why: str) -> None:
        spec = task.key.strategy
        if spec not in self.lacks:
            self.lacks[spec] = why
            self.writer.lacks(Arm(spec, repr(task.strategy), why))


@asynccontextmanager
async def open_session(
    wish: Wish,
    *,
    model: ModelLike = "nano",
    navigator: ModelLike | None = None,
    reasoner: ModelLike | None = None,
    path: Path | None = None,
    concurrency: int | None = None,
    cache: Path | None = None,
    recover: bool = False,
    retry_failed: bool = False,
) -> AsyncIterator[Session]:
    """Open the models and the run, alone; both are closed at the end.

    path          the run's file; a name made of the settings, below `runs`, if not given
    concurrency   attempts under way together, and calls to an endpoint at the most
    recover       put a damaged file aside, and begin anew with what its trace holds
    retry_failed  make attempts again that ended in a failure

    Raises StoreError where another process writes to the run or its file is damaged, UsageError for
    what cannot be used.
    """
    if concurrency is not None and concurrency < 1:
        raise InputError(f"concurrency={concurrency} runs nothing: give 1 or more")
    async with AsyncExitStack() as stack:
        models = open_models(roles(model, navigator, reasoner), cache, stack)
        _check_prices(wish, models)
        if concurrency is not None:
            _bound(models.values(), concurrency)
        settings = wish.settings(models)
        path = path or default_path(settings)
        stack.enter_context(locked(path))
        if recover:
            set_aside(path)
        run = stack.enter_context(store.open_to_write(path))
        await grade_run(run, only_missing=True)
        plan = make_plan(run, wish, settings, retry_failed=retry_failed)
        journal = Journal(run.trace, {attempt.key.trace for attempt in plan.done})
        file = stack.enter_context(TraceFile(run.trace))
        templates = TemplatesOnDemand(wish.library)
        setup = Setup(models, wish.seed, wish.budget, {"templates": templates}, file, journal)
        judge = stack.enter_context(Judge())
        writer = await stack.enter_async_context(Writer(run))
        yield Session(run, plan, setup, judge, writer, concurrency or AT_ONCE)


async def evaluate(wish: Wish, *, watch: Watch | None = None, **options: Any) -> Path:
    """Make every attempt that the run still lacks; returns the run's file.

    options  those of `open_session`, which says what is raised
    """
    async with open_session(wish, **options) as session:
        await session.make(session.plan.todo, watch)
        return session.run.path


def set_aside(path: Path) -> None:
    """Rename a damaged run, so that a new one can be begun from its trace; leave a sound one.

    Raises DamagedRun where there is no trace to begin from.
    """
    try:
        store.open_to_write(path).close()
        return
    except store.DamagedRun:
        if not count_calls(store.trace_path(path)):
            raise
    aside = f"{path.name}.damaged-{time_ns()}"
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(path.with_name(aside + suffix))


def _check_prices(wish: Wish, models: Mapping[str, Model]) -> None:
    if wish.budget is None or wish.budget.usd is None:
        return
    for model in models.values():
        if model.profile.usd_per_million is None:
            raise InputError(
                f"usd= cannot be kept, for no prices of {model.name} are known: give them to"
                " `loom models add`, or limit tokens= instead"
            )


def _bound(models: Iterable[Model], calls: int) -> None:
    """Lower the ceiling of every endpoint to so many calls in flight."""
    for model in models:
        inner: Model | None = model
        while inner is not None:
            if isinstance(inner, Limited):
                inner.limiter.lower_ceiling(calls)
            inner = getattr(inner, "inner", None)
