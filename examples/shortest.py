"""A strategy of your own: of several chains of thought that reach an answer, take the shortest.

python examples/shortest.py "Find the gcd of 84 and 36."
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial

import reasonloom
from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.cot import Cot


@dataclass(frozen=True)
class Shortest:
    """Of n chains of thought that reach an answer, the shortest."""

    n: int = 4

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        tries = {f"try-{i}": partial(Cot(temperature=0.8).solve, problem) for i in range(self.n)}
        done = [
            s for s in (await ctx.gather(tries)).values() if isinstance(s, Solution) and s.answer
        ]
        return min(
            done, key=lambda s: len(s.text), default=Solution(None, stop_reason="unanswered")
        )


if __name__ == "__main__":
    found = reasonloom.solve(" ".join(sys.argv[1:]) or "What is 47 mod 5?", strategy=Shortest())
    print(found.answer, found.usage)
