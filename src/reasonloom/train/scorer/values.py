"""How good each step of a solution is, by Monte Carlo: how often a model that goes on ends right.

Wang et al., Math-Shepherd (arXiv 2312.08935), section 3.3. A step's soft value is the share of N
completions from it whose answer is right, its hard value whether any is. What differs:
- completions are new draws, the solution's own ending is not among them, so the share is unbiased;
- a prefix that several solutions share is completed once, and they share its value;
- after the last step nothing is left to draw: its value is 1 or 0, the solution's own verdict.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from reasonloom.branches import BranchFailure
from reasonloom.context import Context, open_context
from reasonloom.data.prompts import told
from reasonloom.data.verdicts import judge
from reasonloom.errors import NoSkill
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import Choice, Model
from reasonloom.problem import Problem
from reasonloom.strategies.ask import speak
from reasonloom.strategies.dialects.base import Ask, Outside
from reasonloom.strategies.samples import within
from reasonloom.strategies.scorers import steps_of
from reasonloom.train.rows import Row, row_id

ROLE = "reasoner"


@dataclass(frozen=True)
class Valuing:
    """solutions    drawn a problem; equal ones count once (our choice)
    completions  drawn a prefix (2312.08935, section 4.1: 8)
    temperature  of both (our choice)
    seed         of every draw
    """

    solutions: int = 4
    completions: int = 8
    temperature: float = 0.7
    seed: int = 0

    def __post_init__(self) -> None:
        within("solutions", self.solutions, 1, 1_000)
        within("completions", self.completions, 2, 1_000)
        within("temperature", self.temperature, 0.01, 2)


async def value_solutions(
    problem: Problem, model: Model, valuing: Valuing, grader: Grader
) -> list[Row]:
    """Rows of one problem; none where the model says that it lies outside what it knows.

    Raises NoSkill for a model that cannot go on from a text, and what a failing model raises.
    """
    with open_context(problem, {ROLE: model}, seed=valuing.seed) as ctx:
        _check_continues(model)
        draw = _Draw(speak(ctx, ROLE).cot(problem.question), problem, valuing, grader)
        solutions = await draw.solutions(ctx)
        prefixes = {row_id(p): p for _, pieces in solutions for p in _prefixes(pieces)}
        found = await ctx.gather({key: partial(draw.share, p) for key, p in prefixes.items()})
        shares: dict[str, float] = {}
        for key, share in found.items():
            if isinstance(share, BranchFailure):
                raise share.error
            shares[prefixes[key]] = share
        rows = []
        for choice, pieces in solutions:
            values = [*map(shares.__getitem__, _prefixes(pieces)), float(await draw.right(choice))]
            rows.append(draw.row(choice, values, model))
        return rows


class Drawn(NamedTuple):
    """A solution, and its text in pieces, one a step."""

    choice: Choice
    pieces: list[str]


@dataclass(frozen=True)
class _Draw:
    """Draws solutions and completions of one problem, and tells which are right."""

    request: Ask[str]
    problem: Problem
    valuing: Valuing
    grader: Grader

    async def solutions(self, ctx: Context) -> list[Drawn]:
        with ctx.child("solutions") as child:
            choices = await self._choices(child, self.valuing.solutions)
        different: dict[str, Choice] = {}
        for choice in choices:
            different.setdefault(choice.text, choice)
        inside = [c for t, c in different.items() if not isinstance(self.request.parse(t), Outside)]
        return [Drawn(choice, pieces) for choice in inside if (pieces := cut(choice.text))]

    async def share(self, prefix: str, ctx: Context) -> float:
        choices = await self._choices(ctx, self.valuing.completions, prefix)
        return sum([await self.right(choice, prefix) for choice in choices]) / len(choices)

    async def right(self, choice: Choice, prefix: str = "") -> bool:
        answer = self.request.read(prefix + choice.text, choice.finish_reason)
        if not isinstance(answer, str):
            return False
        return (await judge(self.grader, self.problem, answer)).correct

    def row(self, choice: Choice, values: Sequence[float], model: Model) -> Row:
        seen = {"prompt": told(self.request.prompt), "steps": list(steps_of(choice.text))}
        source = {
            "problem": self.problem.id,
            "source": self.problem.source,
            **asdict(self.valuing),
            "model": model.name,
            "hash": model.profile.hash,
            "standard_errors": standard_errors(values, self.valuing.completions),
        }
        return {"id": row_id(seen), **seen, "values": list(values), "from": source}

    async def _choices(self, ctx: Context, n: int, prefix: str = "") -> tuple[Choice, ...]:
        choices = await ctx.generate(
            self.request.prompt,
            role=ROLE,
            n=n,
            max_tokens=self.request.max_tokens,
            temperature=self.valuing.temperature,
            prefix=prefix,
        )
        if any(choice.reasoning for choice in choices):
            raise NoSkill(
                f"{ctx.model(ROLE).name} thinks before it answers, and nothing can go on from a"
                " step whose thinking is hidden: turn its thinking off, or take another model"
            )
        return choices


def cut(text: str) -> list[str]:
    """A solution in pieces that join to it, one for each of `steps_of`."""
    starts, at = [], 0
    for step in steps_of(text):
        first = step.splitlines()[0]
        starts.append(text.index(first, at))
        at = starts[-1] + len(first)
    bounds = [0, *starts[1:], len(text)] if starts else []
    return [text[a:b] for a, b in pairwise(bounds)]


def standard_errors(values: Sequence[float], completions: int) -> list[float]:
    """Of each value, from the unbiased variance v (1 - v) / (N - 1); the last one is exact."""
    return [*(math.sqrt(v * (1 - v) / (completions - 1)) for v in values[:-1]), 0.0]


def _prefixes(pieces: Sequence[str]) -> list[str]:
    """What stands after each step but the last."""
    return ["".join(pieces[:k]) for k in range(1, len(pieces))]


def _check_continues(model: Model) -> None:
    features = model.profile.features
    if features is not None and "prefix" not in features:
        raise NoSkill(
            f"{model.name} cannot go on from the beginning of a reply, which step values need:"
            " take nano, a local model, or a server that continues a prefix"
        )
