"""The arms of the claim. Each solves one problem with one model and says what it cost."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.seeds import derive
from reasonloom.solution import Solution
from reasonloom.strategies.ask import speak
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.dialects.compact import parse_answer
from reasonloom.strategies.reasonflux import Followed, follow, plan
from reasonloom.templates.library import Library
from reasonloom.templates.retrieve import Hit
from reasonloom.templates.schema import Template
from reasonloom.worlds.draw import Part, WorldProblem
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.splits import WITHHELD_TEMPLATES

TEMPERATURE = 0.7
"""Of the samples that self-consistency votes over (Wang et al., section 3.1)."""
RUNGS = ("full", "name only", "shuffled", "another valid", "wrong family", "none")
"""The ladder: what is shown in place of the template that the navigator asked for."""


@dataclass(frozen=True)
class Planned:
    """Plan, then carry the plan out with whatever the context's retriever shows; the last step's
    value is the answer. With `adapt`, each step is assessed."""

    adapt: bool

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        trajectory = await plan(problem, ctx)
        if isinstance(trajectory, Outside | Unreadable):
            return Solution(None, stop_reason="unanswered")
        run = await follow(trajectory, problem, ctx, self.adapt)
        return Solution(_last(run), detail={"rounds": run.rounds})


def _last(run: Followed) -> str | None:
    return run.answer or (run.known[-1].rpartition(" = ")[2] if run.known else None)


@dataclass(frozen=True)
class Samples:
    """`n` chains of thought by one request; greedy where n is 1. `detail` holds each answer."""

    n: int

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        request = speak(ctx, "reasoner").cot(problem.question)
        choices = await ctx.generate(
            request.prompt,
            role="reasoner",
            n=self.n,
            max_tokens=request.max_tokens,
            temperature=0.0 if self.n == 1 else TEMPERATURE,
        )
        answers = [parse_answer(c.text) for c in choices]
        said = [a if isinstance(a, str) else None for a in answers]
        return Solution(said[0], detail={"answers": said})


class Shown:
    """Stands where the retriever stands, and shows one rung of the ladder for every step."""

    def __init__(self, rung: str, library: Library, world: WorldProblem) -> None:
        self.rung, self.library, self.world = rung, library, world
        self.rng = random.Random(derive(1, rung, world.question))

    def retrieve(self, goal: str, *, name: str = "", **_: Any) -> list[Hit]:
        asked = self.library.get(name)
        if asked is None or self.rung == "none":
            return []
        part = next((p for p in self.world.parts if p.goal == goal), None)
        shown = _RUNGS[self.rung](self, asked, part)
        return [Hit(shown, 1.0)]

    def shuffled(self, asked: Template, part: Part | None) -> Template:
        steps = list(asked.steps)
        while tuple(steps) == asked.steps:
            self.rng.shuffle(steps)
        return replace(asked, steps=tuple(steps))

    def other(self, asked: Template, part: Part | None) -> Template:
        """Another trained template that suits the part's numbers; the same where none does."""
        fits = part.family.applicable(part.params) if part else []
        return self._pick([m.template for m in fits if m.template != asked.name], asked)

    def wrong(self, asked: Template, part: Part | None) -> Template:
        own = {m.template for m in part.family.methods} if part else {asked.name}
        every = {m.template for f in FAMILIES.values() for m in f.methods}
        return self._pick(sorted(every - own), asked)

    def withheld(self, asked: Template, part: Part | None) -> Template:
        methods = part.family.methods if part else ()
        names = [m.template for m in methods if m.template in WITHHELD_TEMPLATES]
        found = self.library.get(names[0]) if names else None
        return found or asked

    def _pick(self, names: Sequence[str], asked: Template) -> Template:
        names = [n for n in names if n not in WITHHELD_TEMPLATES]
        found = self.library.get(self.rng.choice(names)) if names else None
        return found or asked


_RUNGS: dict[str, Callable[[Shown, Template, Part | None], Template]] = {
    "full": lambda shown, asked, part: asked,
    "name only": lambda shown, asked, part: replace(asked, steps=()),
    "shuffled": Shown.shuffled,
    "another valid": Shown.other,
    "wrong family": Shown.wrong,
    "withheld": Shown.withheld,
}
