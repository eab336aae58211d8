"""Debate: several agents solve, read each other, and solve again; the plurality of the last round.

Du et al., arXiv 2305.14325. What differs: the agents of a round are asked together, the debate ends
once all agree, votes are counted by canonical form, and an agent whose reply fails or cannot be
read keeps what it said before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.grading.canonical import canonical
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask
from reasonloom.strategies.conclude import conclude, cut_short
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects.base import Ask, Outside, Unreadable
from reasonloom.strategies.dialects.skills import Draft
from reasonloom.strategies.samples import warm, within
from reasonloom.strategies.self_consistency import tally
from reasonloom.strategies.skilled import skilled
from reasonloom.strategies.strategy import Strategy

Said = Mapping[str, Solution]


@dataclass(frozen=True)
class Debate:
    """agents       (paper, section 3: 3)
    rounds       the first solutions included (paper: 2)
    over         how the agents solve at first
    temperature  of every call, where `over` would be greedy (our choice: that of sampling)
    """

    agents: int = 3
    rounds: int = 2
    over: Strategy = field(default_factory=Cot)
    temperature: float = 0.7

    def __post_init__(self) -> None:
        within("agents", self.agents, 2, 16)
        within("rounds", self.rounds, 1, 10)

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        skilled(ctx, "reasoner", "debate")
        first = partial(warm(self.over, self.temperature).solve, problem)
        opened = await ctx.gather({f"agent-{i}": first for i in range(self.agents)})
        voted = tally(opened)
        said = {k: s for k, s in opened.items() if isinstance(s, Solution)}
        for number in range(1, self.rounds):
            if len(said) < 2 or _agreed(said):
                break
            replies = await ctx.gather(
                {f"round-{number}-{k}": partial(self._again, problem, k, said) for k in said}
            )
            failures = [r for r in replies.values() if isinstance(r, BranchFailure)]
            for key, reply in zip(said, list(replies.values()), strict=True):
                if isinstance(reply, Solution) and reply.answer is not None:
                    said[key] = reply
            voted = tally(dict(said))
            if len(failures) == len(said):
                return cut_short(voted, failures[0].error)
        return replace(voted, detail={**voted.detail, "agents": [s.answer for s in said.values()]})

    async def _again(self, problem: Problem, key: str, said: Said, ctx: Context) -> Solution:
        others = [s.text for k, s in said.items() if k != key]
        skills = skilled(ctx, "reasoner", "debate")
        request: Ask[Draft] = skills.debate(problem.question, said[key].text, others)
        draft = await ask(ctx, request, role="reasoner", temperature=self.temperature)
        if isinstance(draft, Unreadable | Outside):
            return conclude(draft)
        return conclude(draft.answer, draft.text)


def _agreed(said: Said) -> bool:
    answers = [s.answer for s in said.values()]
    return None not in answers and len({canonical(a) for a in answers if a is not None}) == 1
