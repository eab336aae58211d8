"""Length by request: tell a model how long to think, and hope.

Two baselines of s1 (arXiv 2501.19393): token-conditional and class-conditional
control. What differs: no model was trained on these requests here, so both are prompts alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from reasonloom.context import Context
from reasonloom.errors import NoSkill
from reasonloom.models.protocol import Message, Prompt
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import speak
from reasonloom.strategies.conclude import conclude

CLASSES = {
    "short": "Think only for a short time, then answer.",
    "long": "Think for a long time, and go over everything once more before you answer.",
}


@dataclass(frozen=True)
class TokenConditional:
    """tokens  told to the model, rounded up to a power of two (as in the paper)"""

    tokens: int = 1_024
    temperature: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.tokens <= 2**20:
            raise ValueError(f"tokens={self.tokens} makes no sense: take 1 to {2**20:,}")

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        bound = 1 << (self.tokens - 1).bit_length()
        wish = f"Think for up to {bound} tokens, then answer."
        return await _told(problem, ctx, wish, self.temperature)


@dataclass(frozen=True)
class ClassConditional:
    """length  the class that is told to the model"""

    length: Literal["short", "long"] = "long"
    temperature: float = 0.0

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        return await _told(problem, ctx, CLASSES[self.length], self.temperature)


async def _told(problem: Problem, ctx: Context, wish: str, temperature: float) -> Solution:
    request = speak(ctx, "reasoner").cot(problem.question)
    (choice,) = await ctx.generate(
        _with_wish(request.prompt, wish),
        role="reasoner",
        max_tokens=request.max_tokens,
        temperature=temperature,
    )
    detail = {"completion_tokens": choice.completion_tokens}
    value = request.read(choice.text, choice.finish_reason)
    return conclude(value, choice.text, detail=detail)


def _with_wish(prompt: Prompt, wish: str) -> Prompt:
    """The wish stands behind the problem, outside the quotation that holds it as data."""
    if prompt.messages is None:
        raise NoSkill(
            "the model takes no instructions, so it cannot be told how long to think:"
            " use budget_forcing, or a chat model"
        )
    *before, last = prompt.messages
    return replace(prompt, messages=(*before, Message(last.role, f"{last.content}\n\n{wish}")))
