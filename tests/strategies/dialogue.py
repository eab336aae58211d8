"""What the tests of strategies share: solving one problem on a scripted model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reasonloom.api import run
from reasonloom.context import open_context
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Model, Profile, Request
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.strategy import Strategy

COMPACT = Profile(dialect="compact", think=None, features=frozenset({"n", "raw"}), chat=False)
QUESTION = "What is 6 times 7?"


def boxed(values: Iterable[str]) -> Callable[[Request], str]:
    replies = iter(values)
    return lambda request: f"so \\boxed{{{next(replies)}}}"


def user(request: Request) -> str:
    """What the user's last turn says."""
    assert request.messages is not None
    return request.messages[-1].content


def said(request: Request) -> str:
    """All that stands before the reply."""
    assert request.messages is not None
    return "\n".join(m.content for m in request.messages)


async def solve(
    strategy: Strategy,
    model: Scripted,
    limits: Limits | None = None,
    problem: Problem | None = None,
    models: Mapping[str, Model] | None = None,
    **options: Any,
) -> Solution:
    problem = problem or Problem(QUESTION)
    ctx = open_context(problem, {"default": model, **(models or {})}, limits=limits, **options)
    return await run(strategy, problem, ctx)
