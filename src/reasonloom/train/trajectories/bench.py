"""Units of work: each in a context of its own, so many at once, and none done twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from reasonloom import __version__
from reasonloom.api import ModelLike, open_models, roles
from reasonloom.context import Context, open_context
from reasonloom.data.journal import Journal
from reasonloom.data.many import AT_ONCE, Costs, costs, positive, total
from reasonloom.events import redact
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import Model
from reasonloom.problem import Problem
from reasonloom.strategies.dialects import Dialect, dialect_of
from reasonloom.templates.library import Library
from reasonloom.templates.retrieve import Retriever
from reasonloom.trace import Trace, TraceFile
from reasonloom.train.rows import row_id

T = TypeVar("T")
JOURNAL = "journal.jsonl"


@dataclass(frozen=True)
class Bench:
    """What all units share.

    gate  lets so many units work at once
    used  what each unit that was asked for has cost, when it was made
    """

    models: Mapping[str, Model]
    library: Library
    retriever: Retriever
    journal: Journal
    grader: Grader
    gate: asyncio.Semaphore
    seed: int
    file: TraceFile | None = None
    used: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def model(self, role: str) -> Model:
        return self.models.get(role) or self.models["default"]

    def identity(self, role: str) -> list[str | None]:
        """The model of a role as provenance names it: its name and the hash of its weights."""
        model = self.model(role)
        return [redact(model.name), model.profile.hash]

    def dialect(self, role: str) -> Dialect:
        return dialect_of(self.model(role).profile.dialect)

    def context(self, problem: Problem, name: str = "") -> Context:
        return open_context(
            problem,
            self.models,
            seed=self.seed,
            trace=Trace(self.file, name=name),
            retrievers={"templates": self.retriever},
        )

    async def unit(
        self,
        kind: str,
        problem: Problem,
        about: Mapping[str, Any],
        work: Callable[[Context], Awaitable[Any]],
    ) -> Any:
        """The JSON value of `work`, from the journal where it stands there.

        Its key is what decides the value: `kind`, `about`, the problem, the seed, the models, the
        library and this package's version. So a set can be made larger, or with another margin,
        from the same journal.
        """
        name = f"{kind}/{problem.id}/{row_id(kind, self._setting, problem.question, dict(about))}"

        async def make() -> dict[str, Any]:
            async with self.gate:
                with self.context(problem, name) as ctx:
                    value = await work(ctx)
                    return {"value": value, "costs": costs(ctx.close())}

        made = await self.journal.once(name, make)
        self.used[name] = made
        return made["value"]

    @property
    def _setting(self) -> list[Any]:
        models = [self.identity(role) for role in ("navigator", "reasoner")]
        return [self.seed, models, self.library.version, __version__]

    @property
    def spent(self) -> Costs:
        return total(self.used.values())


@asynccontextmanager
async def open_bench(
    folder: Path,
    *,
    model: ModelLike = "nano",
    navigator: ModelLike | None = None,
    reasoner: ModelLike | None = None,
    library: Path | None = None,
    cache: Path | None = None,
    trace: Path | None = None,
    seed: int = 0,
    at_once: int | None = None,
) -> AsyncIterator[Bench]:
    """Open models, templates and the journal in `folder`; all are closed at the end.

    at_once  units of work under way together (64, our choice)

    Raises InputError for an `at_once` below 1, StoreError where another process works in the folder
    or its journal is damaged.
    """
    gate = asyncio.Semaphore(positive(AT_ONCE if at_once is None else at_once))
    async with AsyncExitStack() as stack:
        asked = {"made": "trajectories"}
        journal = stack.enter_context(Journal(folder / JOURNAL, asked))
        models = open_models(roles(model, navigator, reasoner), cache, stack)
        templates = Library.load(library)
        grader = await stack.enter_async_context(Grader())
        file = stack.enter_context(TraceFile(trace)) if trace else None
        yield Bench(models, templates, Retriever(templates), journal, grader, gate, seed, file)


async def together(*work: Coroutine[Any, Any, T]) -> list[T]:
    """Results in the order given; the first failure cancels the rest and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in work]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
