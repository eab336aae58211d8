"""What every method is: a frozen set of hyperparameters that turns a problem into a solution."""

from __future__ import annotations

from typing import Protocol

from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.solution import Solution


class Strategy(Protocol):
    """`solve` may raise BudgetSpent or ModelError when it has no answer at all to give."""

    async def solve(self, problem: Problem, ctx: Context) -> Solution: ...
