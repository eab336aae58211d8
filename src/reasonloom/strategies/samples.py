"""What the methods that draw several samples share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from reasonloom.solution import Solution
from reasonloom.strategies.strategy import Strategy


def warm(over: Strategy, temperature: float) -> Strategy:
    """`over`, sampled at `temperature` where it would be greedy: greedy samples are all the same.

    A strategy without a field of that name, or with a temperature of its own, stays as it is.
    """
    if getattr(over, "temperature", None) == 0.0:
        return cast(Strategy, replace(cast(Any, over), temperature=temperature))
    return over


def index_of(key: str) -> int:
    """The number of a branch named `…-7`."""
    return int(key.rpartition("-")[2])


def answers_by_index(solutions: Mapping[str, Solution]) -> dict[int, str | None]:
    return {index_of(key): solution.answer for key, solution in solutions.items()}


def within(name: str, value: float, least: float, most: float) -> None:
    """Refuse a hyperparameter that makes no sense."""
    if not least <= value <= most:
        raise ValueError(f"{name}={value} makes no sense: take {least} to {most}")
