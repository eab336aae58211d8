"""`solve`: one question, one strategy, one or two models, one budget."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from reasonloom.context import Context, open_context
from reasonloom.errors import BudgetSpent
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Model
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.spec import Spec
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.strategy import Strategy
from reasonloom.trace import Listener, Trace, TraceFile

if TYPE_CHECKING:
    from reasonloom.templates.retrieve import Hit, Retriever

ModelLike = Model | Spec | str
T = TypeVar("T")


def solve(question: str | bytes | Problem, **options: Any) -> Solution:
    """`asolve` for programs without an event loop; same options, same errors."""
    return asyncio.run(asolve(question, **options))


async def asolve(
    question: str | bytes | Problem,
    *,
    strategy: Strategy | Spec | str = "reasonflux",
    model: ModelLike = "nano",
    navigator: ModelLike | None = None,
    reasoner: ModelLike | None = None,
    library: Path | str | None = None,
    budget: Limits | str | None = None,
    seed: int = 0,
    trace: Path | str | None = None,
    cache: Path | str | None = None,
    listener: Listener | None = None,
) -> Solution:
    """Solve one problem.

    strategy   a spec such as "reasonflux" or "self_consistency(n=8)", or a strategy object
    model      serves every role that has no model of its own: "nano", "local:PATH",
               "openai:MODEL@URL", a name from the user's file, or a Model, which is left open
    navigator  plans and assesses; reasoner carries steps out
    library    a folder of templates instead of the shipped ones
    budget     Limits, or text such as "tokens=2000,seconds=30"
    trace      a file to which every event is appended, one JSON line each
    cache      a SQLite file: replies that stand there cost nothing, new ones are added
    listener   called with every event as it happens

    When the budget runs out the Solution says so and holds the best answer so far. Raises
    UsageError for what cannot be used and ModelError when a model fails before there is anything.
    """
    problem = question if isinstance(question, Problem) else Problem.from_text(question)
    method = strategy if not isinstance(strategy, Spec | str) else make_strategy(strategy)
    limits = Limits.parse(budget) if isinstance(budget, str) else budget
    templates = TemplatesOnDemand(library)
    async with AsyncExitStack() as stack:
        models = open_models(roles(model, navigator, reasoner), cache, stack)
        file = stack.enter_context(TraceFile(Path(trace))) if trace else None
        record = Trace(file)
        if listener:
            record.subscribe(listener)
        ctx = open_context(
            problem,
            models,
            seed=seed,
            limits=limits,
            trace=record,
            retrievers={"templates": templates},
        )
        return await run(method, problem, ctx)


async def run(strategy: Strategy, problem: Problem, ctx: Context) -> Solution:
    """Let a strategy solve in a context and close it; a budget spent at once is a Solution too."""
    with ctx:
        try:
            solution = await strategy.solve(problem, ctx)
        except BudgetSpent as spent:
            solution = Solution(None, stop_reason="budget", error=str(spent))
        ctx.note("solution", answer=solution.answer, stop_reason=solution.stop_reason)
        return replace(solution, usage=ctx.close())


def roles(model: T, navigator: T | None, reasoner: T | None) -> dict[str, T]:
    """Models by role; `model` is left out, and so never loaded, where both roles have their own."""
    own = {k: m for k, m in (("navigator", navigator), ("reasoner", reasoner)) if m is not None}
    return own if len(own) == 2 else {"default": model, **own}


def open_models(
    wanted_by_role: Mapping[str, ModelLike], cache: Path | str | None, stack: AsyncExitStack
) -> dict[str, Model]:
    """Models by role; each spec is opened once, and closed with the stack."""
    opened: dict[str, Model] = {}
    models: dict[str, Model] = {}
    for role, wanted in wanted_by_role.items():
        if isinstance(wanted, Spec | str):
            from reasonloom.models.resolve import resolve

            if str(wanted) not in opened:
                opened[str(wanted)] = resolve(wanted, cache)
                stack.push_async_callback(opened[str(wanted)].close)
            models[role] = opened[str(wanted)]
        else:
            models[role] = wanted
    return models


@dataclass
class TemplatesOnDemand:
    """The template retriever, made when first asked: chain of thought never needs it.

    A library given by the user is read at once, so that its faults show.
    """

    path: Path | str | None = None
    _retriever: Retriever | None = None

    def __post_init__(self) -> None:
        if self.path is not None:
            self._retriever = _retriever(Path(self.path))

    def retrieve(
        self,
        goal: str,
        *,
        name: str = "",
        tags: Sequence[str] = (),
        topic: str | None = None,
        k: int = 1,
    ) -> list[Hit]:
        self._retriever = self._retriever or _retriever(None)
        return self._retriever.retrieve(goal, name=name, tags=tags, topic=topic, k=k)


def _retriever(path: Path | None) -> Retriever:
    from reasonloom.templates.library import Library
    from reasonloom.templates.retrieve import Retriever

    return Retriever(Library.load(path))
