"""From the value of a last request to a Solution."""

from __future__ import annotations

from typing import Any

from reasonloom.solution import Solution
from reasonloom.strategies.dialects.base import Outside, Unreadable

OUTSIDE_TEXT = "The model says that this problem lies outside what it knows."


def conclude(value: str | Unreadable | Outside, text: str = "", **more: Any) -> Solution:
    """An answer, or why there is none; `more` are further fields of the Solution."""
    if isinstance(value, Outside):
        return Solution(None, OUTSIDE_TEXT, stop_reason="outside", **more)
    if isinstance(value, Unreadable):
        return Solution(None, text or value.text, stop_reason="unanswered", **more)
    return Solution(value, text or value, **{"candidates": (value,), **more})
