"""From the value of a last request to a Solution."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.solution import Solution, StopReason
from reasonloom.strategies.dialects.base import Outside, Unreadable

OUTSIDE_TEXT = "The model says that this problem lies outside what it knows."


def conclude(value: str | Unreadable | Outside, text: str = "", **more: Any) -> Solution:
    """An answer, or why there is none; `more` are further fields of the Solution."""
    if isinstance(value, Outside):
        return Solution(None, OUTSIDE_TEXT, stop_reason="outside", **more)
    if isinstance(value, Unreadable):
        return Solution(None, text or value.text, stop_reason="unanswered", **more)
    return Solution(value, text or value, **{"candidates": (value,), **more})


def cut_short(best: Solution, error: BudgetSpent | ModelError) -> Solution:
    """The best so far, when what was to improve it ended early; `stop_reason` says how."""
    why: StopReason = "budget" if isinstance(error, BudgetSpent) else "failed"
    return replace(best, stop_reason=why, error=str(error))
