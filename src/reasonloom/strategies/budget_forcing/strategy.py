"""Budget forcing: let a model think at most so long, and at least so long.

Muennighoff et al., s1 (arXiv 2501.19393). An end of thinking that comes too early is taken out and
"Wait" put in its place; one that comes too late is written by us. `machine` has the rules and what
differs from the paper's code, `marks` what thinking is for a model that has no delimiters.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from reasonloom.context import Context
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import speak
from reasonloom.strategies.budget_forcing.account import Rules
from reasonloom.strategies.budget_forcing.drive import ROLE, Forced, force
from reasonloom.strategies.budget_forcing.native import Through, force_natively, needs_native
from reasonloom.strategies.conclude import conclude
from reasonloom.strategies.dialects.base import Ask, Outside

ANSWER_TOKENS = {"compact": 24, "instruct": 1_024}
"""Kept for the answer: what compact answers take; models that explain themselves again (ours)."""


@dataclass(frozen=True)
class BudgetForcing:
    """wait          ends of thinking that are not accepted (paper, table 4: 2)
    max_thinking  tokens of thinking, injected ones included; None is the dialect's length of a
                  chain of thought (8,192; nano 1,600)
    min_thinking  tokens below which no end is accepted
    strings       what is put in place of the end, in rotation; none given: "Wait", nano "wait; "
    temperature   0 is greedy, as in the paper
    answer        tokens kept for the answer; None: 1,024, nano 24
    patience      waits in a row that may bring nothing new before no more are tried (our choice)
    through       "continuation" writes the reply in turns with the model, "native" asks for a
                  maximum by the endpoint's own cap; "auto" takes the cap where the profile has
                  one, only a maximum is wanted (wait=0, min_thinking=0), and probing has not
                  proven turns alone
    """

    wait: int = 2
    max_thinking: int | None = None
    min_thinking: int = 0
    strings: tuple[str, ...] = ()
    temperature: float = 0.0
    answer: int | None = None
    patience: int = 2
    through: Through = "auto"

    def __post_init__(self) -> None:
        if min(self.wait, self.min_thinking, self.max_thinking or 0) < 0:
            raise ValueError("wait, min_thinking and max_thinking count: take 0 or more")
        if self.max_thinking is not None and self.min_thinking > self.max_thinking:
            raise ValueError(
                f"min_thinking={self.min_thinking} is more than max_thinking={self.max_thinking}:"
                " lower it"
            )
        if self.patience < 1 or (self.answer is not None and self.answer < 1):
            raise ValueError("patience and answer take 1 or more")
        if not all(s.strip() for s in self.strings):
            raise ValueError("an empty string makes no model think on: give words")
        if self.through == "native" and not self._only_maximum:
            raise ValueError(
                "a native cap only sets a maximum: add wait=0 and leave min_thinking out, or take"
                " through=continuation"
            )

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        request = speak(ctx, ROLE).cot(problem.question)
        rules = rules_for(ctx, request, self.max_thinking, self.answer)
        rules = replace(
            rules, waits=self.wait, min_thinking=self.min_thinking, patience=self.patience
        )
        if needs_native(ctx.model(ROLE), only_maximum=self._only_maximum, through=self.through):
            reply = await force_natively(ctx, request.prompt, rules, temperature=self.temperature)
            return solution_of(request, reply, ctx)
        reply = await force(
            ctx,
            request.prompt,
            rules,
            strings=self.strings,
            temperature=self.temperature,
            declined=lambda text: isinstance(request.parse(text), Outside),
        )
        return solution_of(request, reply, ctx)

    @property
    def _only_maximum(self) -> bool:
        return not (self.wait or self.min_thinking)


def rules_for(
    ctx: Context, request: Ask[str], max_thinking: int | None, answer: int | None = None
) -> Rules:
    """The dialect's lengths where none are given."""
    dialect = ctx.model(ROLE).profile.dialect
    thinking = request.max_tokens if max_thinking is None else max_thinking
    return Rules(thinking, answer=ANSWER_TOKENS[dialect] if answer is None else answer)


def solution_of(request: Ask[str], reply: Forced, ctx: Context) -> Solution:
    """The answer that the reply states, with the account of its tokens in `detail`."""
    account = asdict(reply.account)
    if reply.native is not None:
        account["native"] = dict(reply.native)
    ctx.note("budget_forcing", **account)
    value = request.read(reply.answer, reply.finish)
    solution = conclude(value, reply.text, detail={"budget_forcing": account})
    return replace(solution, stop_reason="budget") if reply.account.end == "budget" else solution
