"""From records to numbers, and from numbers to what they say of a statement of the paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reasonloom.evaluate.bootstrap import Estimate, gap_text

from ..common import results

PERCENT = ("right", "greedy", "capped", "repeated")
"""Measures between 0 and 1; the others are counts."""
Weights = Mapping[str, float]
"""Arms of which the weighted sum tells something, such as {"rl": 1, "sft": -1}."""


class Results(results.Results):
    shares = ("right", "greedy", "capped")


class Statement(NamedTuple):
    """says     what the paper says, in our words
    section  where
    sign     1 where the paper has the weighted sum of `measure` above 0, -1 where below
    """

    says: str
    section: str
    weights: Weights
    measure: str
    sign: int


def verdict(statement: Statement, found: Estimate) -> str:
    """Read off the interval, and off nothing else."""
    bounds = (found.low * statement.sign, found.high * statement.sign)
    if min(bounds) > 0:
        return "as the paper says"
    return "not as the paper says" if max(bounds) < 0 else "not distinguishable"


def gap(found: Estimate, measure: str) -> str:
    """A difference with its interval: in percentage points, or in the unit of a count."""
    unit = 100 if measure in PERCENT else 1
    return gap_text(unit * found.mean, unit * found.low, unit * found.high)
