"""What decides how a step scorer is trained, apart from its rows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from reasonloom.train.recipe import Recipe

COLUMNS = ("prompt", "steps", "values")


class ScorerRecipe(Recipe):
    """labels  soft values as they are, or hard ones: 1 for every value above 0 (2312.08935, 3.3)"""

    train: Literal["scorer"] = "scorer"
    labels: Literal["soft", "hard"] = "soft"
    max_tokens: int = Field(2048, ge=2)
    hold_out: float = Field(0.1, ge=0, lt=1)
