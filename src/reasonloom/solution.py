"""What a strategy hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from reasonloom.ledger import Spent

StopReason = Literal["finished", "budget", "rounds", "outside", "unanswered", "failed"]
"""Why a strategy stopped.

finished    it came to its regular end
budget      the budget ran out; the answer is the best so far, or None
rounds      the bound on rounds was reached; the answer is the best so far, or None
outside     the model said that the problem lies outside what it knows
unanswered  it came to its end but no answer could be read from the text
failed      the model failed; `error` says how
"""


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer with what stands behind it.

    `confidence` lies in [0, 1] where a strategy has one (the winner's share of votes, say).
    `detail` holds what a strategy adds for display and JSON (reasonflux: `trajectory`).
    `usage` is read from the ledger when a solve ends; strategies leave it None.
    """

    answer: str | None
    text: str = ""
    candidates: tuple[str | None, ...] = ()
    confidence: float | None = None
    stop_reason: StopReason = "finished"
    error: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    usage: Spent | None = None
