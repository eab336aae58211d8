"""Carries out what the machine asks for, on a reply that is written piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from reasonloom.context import Context
from reasonloom.continuation import Continuation
from reasonloom.errors import BudgetSpent, InputError
from reasonloom.models.protocol import Choice, FinishReason, Prompt
from reasonloom.strategies.budget_forcing.account import Account, Rules
from reasonloom.strategies.budget_forcing.machine import Go, Machine, Piece, PieceEnd
from reasonloom.strategies.budget_forcing.marks import Marks, marks_of
from reasonloom.strategies.budget_forcing.measure import Measure, affordable

ROLE = "reasoner"
LEAST = 16
"""Tokens behind the prompt with which there is no point in beginning (our choice)."""


@dataclass(frozen=True)
class Forced:
    """A whole reply: all its text, the part that states the answer, where its tokens went.

    finish  how its last piece ended
    native  of a reply that the endpoint capped itself: what came of it, for display
    """

    text: str
    answer: str
    account: Account
    finish: FinishReason = "stop"
    native: Mapping[str, object] | None = None


@dataclass
class Driver:
    """declined  whether a reply's text says that the problem lies outside what the model knows"""

    ctx: Context
    reply: Continuation
    marks: Marks
    measure: Measure
    answer: int
    declined: Callable[[str], bool]

    async def run(self, rules: Rules) -> Forced:
        """Raises BudgetSpent where the budget does not even pay for a first piece."""
        machine, last = Machine(rules, self.marks, self.measure.count), ""
        while go := machine.next():
            piece = await self._piece(go, machine.account)
            if go.phase == "answer":
                last = go.write + piece.text
            machine.take(piece)
        text = self.reply.text
        finish = self.reply.last.finish_reason if self.reply.last else "other"
        return Forced(text, self.marks.answer(text, last), machine.account, finish)

    async def _piece(self, go: Go, account: Account) -> Piece:
        first, thinking = self.reply.used == 0, go.phase == "thinking"
        bound = self._bound(go, account) if thinking else None
        self.reply.inject(go.write)
        if bound == 0 and not first:
            return Piece("", 0, "budget")
        cap = min(go.max_tokens, bound or go.max_tokens)
        before = len(self.reply.text)
        try:
            choice = await self.reply.extend(cap, self.marks.stops if thinking else ())
        except BudgetSpent:
            if first:
                raise
            return Piece("", 0, "budget")
        text = self.reply.text[before:]
        return Piece(text, choice.completion_tokens, self._ended(choice, go, text))

    def _bound(self, go: Go, account: Account) -> int | None:
        closing = self.measure.count(self.marks.closing + self.marks.final) + 1
        now = self.measure.prompt + account.total
        return affordable(self.ctx.ledger.left(), now, closing + self.answer)

    def _ended(self, choice: Choice, go: Go, text: str) -> PieceEnd:
        if choice.finish_reason == "length":
            short = choice.completion_tokens < go.max_tokens
            return "budget" if short and self.ctx.ledger.bounded else "length"
        if choice.finish_reason != "stop":
            return "broken"
        if go.phase == "thinking" and self.declined(text):
            return "declined"
        return "closing" if self.marks.ends_thinking(choice) else "reply"


def within_context(ctx: Context, measure: Measure, rules: Rules) -> Rules:
    """`rules` with the allowance that the model's context leaves; the answer gets half at most."""
    model = ctx.model(ROLE)
    if model.profile.context_tokens is None:
        return rules
    whole = model.profile.context_tokens - measure.prompt
    if whole < LEAST:
        raise InputError(
            f"the prompt takes {measure.prompt:,} of the {model.profile.context_tokens:,} tokens"
            f" that {model.name} has, and no thinking fits behind it: shorten the problem"
        )
    return replace(rules, allowance=whole, answer=min(rules.answer, whole // 2))


async def force(
    ctx: Context,
    prompt: Prompt,
    rules: Rules,
    *,
    strings: tuple[str, ...] = (),
    temperature: float = 0.0,
    declined: Callable[[str], bool] = lambda _: False,
) -> Forced:
    """One reply under `rules`; its allowance is what the model's context leaves.

    Raises InputError where that is nothing.

    strings  in place of those of the model's profile
    """
    marks = marks_of(ctx.model(ROLE).profile)
    marks = replace(marks, strings=strings) if strings else marks
    measure = Measure.of(ctx, ROLE, prompt)
    rules = within_context(ctx, measure, rules)
    reply = ctx.continuation(prompt, role=ROLE, temperature=temperature)
    return await Driver(ctx, reply, marks, measure, rules.answer, declined).run(rules)
