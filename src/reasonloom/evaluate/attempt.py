"""One attempt: a strategy on a problem, in a context of its own, told as a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reasonloom.api import run
from reasonloom.calls import describe
from reasonloom.context import Context, open_context
from reasonloom.errors import ModelError, NoSkill, StoreError
from reasonloom.evaluate.critical import critical
from reasonloom.evaluate.journal import Journal, Journaled
from reasonloom.evaluate.plan import Task
from reasonloom.evaluate.records import Attempt, Key
from reasonloom.events import plain
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Model
from reasonloom.seeds import derive
from reasonloom.solution import Solution
from reasonloom.trace import Trace, TraceFile

OUTAGES = ("AuthenticationFailed", "ConnectionFailed", "ConnectionBroke")
"""Failures of the way to the model, which say nothing about the strategy."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What all attempts of a session share; `seed` is the run's."""

    models: Mapping[str, Model]
    seed: int
    budget: Limits | None
    retrievers: Mapping[str, Any]
    file: TraceFile
    journal: Journal


async def make_attempt(task: Task, setup: Setup) -> Attempt:
    """Solve once. What goes wrong with this one attempt is told in the record.

    Raises NoSkill where the model cannot serve the strategy, ModelError where there is no way to
    the model any more, and StoreError where the trace cannot be written: nothing is recorded then.
    """
    models = _models(task.key, setup)
    record = Trace(setup.file, name=task.key.trace)
    ctx = open_context(
        task.problem,
        models,
        seed=sample_seed(setup.seed, task.key.sample),
        limits=setup.budget,
        trace=record,
        retrievers=setup.retrievers,
    )
    try:
        solution = await run(task.strategy, task.problem, ctx)
    except (NoSkill, StoreError):
        raise
    except Exception as bad:
        # One attempt that breaks must not end a long run; its class and message are reported.
        solution = Solution(None, stop_reason="failed", error=describe(bad))
    _stop_at_outage(record)
    return _as_attempt(task.key, solution, ctx, _replayed(models))


def sample_seed(seed: int, sample: int) -> int:
    """The seed of a sample: the first has the run's own, so that `loom solve --seed` repeats it.

    The strategy is left out of it on purpose: self_consistency(n=8) begins with the very samples of
    n=4, which takes noise out of their difference and lets a cache serve both.
    """
    return seed if sample == 0 else derive(seed, "sample", sample)


def _models(key: Key, setup: Setup) -> Mapping[str, Model]:
    replies = setup.journal.replies(key.trace)
    if not replies:
        return setup.models
    return {role: Journaled(model, replies) for role, model in setup.models.items()}


def _replayed(models: Mapping[str, Model]) -> int:
    return sum(model.replayed for model in models.values() if isinstance(model, Journaled))


def _stop_at_outage(record: Trace) -> None:
    """Also where the strategy made do without the call: its answer would be worth less."""
    for call in record.calls:
        kind, _, message = (call.error or "").partition(": ")
        if call.status == "failed" and kind in OUTAGES:
            raise ModelError(message)


def _as_attempt(key: Key, solution: Solution, ctx: Context, replayed: int) -> Attempt:
    usage = ctx.close()
    chain = critical(ctx.trace.events)
    return Attempt(
        *key,
        solution.answer,
        solution.text,
        solution.stop_reason,
        solution.candidates,
        solution.confidence,
        _failure(solution, ctx.trace),
        solution.error,
        plain(dict(solution.detail)),
        usage.calls,
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.reasoning_tokens,
        usage.cached_tokens,
        usage.usd,
        usage.seconds,
        usage.estimated,
        usage.overshot,
        replayed,
        chain.depth,
        chain.seconds,
    )


def _failure(solution: Solution, trace: Trace) -> str | None:
    """The class of the error; a strategy that told only its message left it in the last call."""
    if solution.stop_reason != "failed":
        return None
    kind, colon, _ = (solution.error or "").partition(": ")
    if colon and kind.isidentifier():
        return kind
    errors = [call.error for call in trace.calls if call.status == "failed" and call.error]
    return errors[-1].partition(": ")[0] if errors else "failed"
