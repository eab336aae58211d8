"""One allowance of tokens for a whole reply, and what of it is spent on what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

EndReason = Literal[
    "stopped",
    "thinking",
    "allowance",
    "futile",
    "overrun",
    "unchecked",
    "budget",
    "declined",
    "broken",
]
"""Why thinking came to its end.

stopped    the model ended it, and no more waits were due
thinking   max_thinking was reached
allowance  the model's context left no more room beside what is kept for the answer
futile     several waits in a row brought nothing new
overrun    the model wrote more than it was allowed: its cap is not honoured
unchecked  the endpoint was to cap thinking itself, and nothing tells whether it did
budget     the budget of the solve left no more room beside what is kept for the answer
declined   the model said that the problem lies outside what it knows
broken     the sample ended in another way (a content filter, say)
"""


@dataclass(frozen=True)
class Rules:
    """max_thinking  tokens of thinking over all rounds, those of injected strings among them
    min_thinking  tokens below which the end of thinking is not accepted
    waits         how often the end of thinking is not accepted in any case
    answer        tokens that are kept for the answer
    allowance     tokens for all that follows the prompt; None where it is not known
    patience      how many waits in a row may bring nothing new
    force         False: thinking that does not end by itself is left without an answer
    """

    max_thinking: int
    min_thinking: int = 0
    waits: int = 0
    answer: int = 1_024
    allowance: int | None = None
    patience: int = 2
    force: bool = True


@dataclass(slots=True)
class Account:
    """In tokens. `injected` are the strings that stand for an end of thinking, `delimiters` those
    that open and close it; `overrun` counts what was generated beyond a cap.
    """

    thinking: int = 0
    injected: int = 0
    delimiters: int = 0
    answer: int = 0
    overrun: int = 0
    waits: int = 0
    rounds: list[int] = field(default_factory=list)
    end: EndReason = "stopped"

    @property
    def thought(self) -> int:
        return self.thinking + self.injected

    @property
    def total(self) -> int:
        return self.thought + self.delimiters + self.answer


def room(rules: Rules, account: Account, closing: int) -> tuple[int, EndReason]:
    """Tokens that may still be thought, and what sets that bound.

    closing  tokens of the delimiter that will have to follow
    """
    thinking = rules.max_thinking - account.thought
    if rules.allowance is None:
        return thinking, "thinking"
    whole = rules.allowance - account.total - closing - rules.answer
    return (whole, "allowance") if whole < thinking else (thinking, "thinking")
