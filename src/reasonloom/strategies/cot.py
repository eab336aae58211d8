"""Chain of thought: one call that reasons before it answers.

Zero-shot (Kojima et al., arXiv 2205.11916). What differs: the answer is read off the same reply
instead of by a second call, which today's models do not need.
"""

from __future__ import annotations

from dataclasses import dataclass

from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import speak
from reasonloom.strategies.conclude import conclude


@dataclass(frozen=True)
class Cot:
    """temperature  0 is greedy (the papers' baseline)"""

    temperature: float = 0.0

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        request = speak(ctx, "reasoner").cot(problem.question)
        (choice,) = await ctx.generate(
            request.prompt,
            role="reasoner",
            max_tokens=request.max_tokens,
            temperature=self.temperature,
        )
        return conclude(request.read(choice.text, choice.finish_reason), choice.text)
