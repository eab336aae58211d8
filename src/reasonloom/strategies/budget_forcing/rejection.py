"""Rejection sampling: sample until the thinking happens to stay within a length.

The baseline of s1 (arXiv 2501.19393). What differs: a sample is dropped at the limit,
before its answer is paid for; the number of attempts is bounded (s1 took up to 655 and more).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import speak
from reasonloom.strategies.budget_forcing.drive import ROLE, Forced, force
from reasonloom.strategies.budget_forcing.strategy import rules_for, solution_of


@dataclass(frozen=True)
class RejectionSampling:
    """max_thinking  tokens of thinking that a sample may have
    attempts      samples at the most (our choice)
    temperature   1, as in the paper
    """

    max_thinking: int = 4_000
    attempts: int = 8
    temperature: float = 1.0

    def __post_init__(self) -> None:
        if self.max_thinking < 1 or self.attempts < 1:
            raise ValueError("max_thinking and attempts take 1 or more")
        if self.temperature <= 0:
            raise ValueError("greedy samples are all the same: take a temperature above 0")

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        request = speak(ctx, ROLE).cot(problem.question)
        rules = replace(rules_for(ctx, request, self.max_thinking), force=False)
        for attempt in range(1, self.attempts + 1):
            reply = await force(ctx, request.prompt, rules, temperature=self.temperature)
            if reply.account.end == "stopped":
                solution = solution_of(request, reply, ctx)
                detail = {**solution.detail, "attempts": attempt}
                return replace(solution, detail=detail)
            if reply.account.end == "budget":
                return _none(reply, attempt, "budget")
        return _none(reply, self.attempts, "rounds")


def _none(reply: Forced, attempts: int, reason: Literal["budget", "rounds"]) -> Solution:
    return Solution(None, reply.text, stop_reason=reason, detail={"attempts": attempts})
