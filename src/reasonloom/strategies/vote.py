"""Plurality over canonical answers, and when it can no longer change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from reasonloom.grading.canonical import canonical


class Vote(NamedTuple):
    """The winner's key, the first sample that gave it, and its share of all samples."""

    key: str
    first: int
    share: float


def plurality(answers: Mapping[int, str | None]) -> Vote | None:
    """The answer most samples gave; ties go to the one given by the lowest index.

    `answers` are by sample index; None abstains but counts in the share. None when all abstain.
    """
    keys = {i: canonical(a) for i, a in sorted(answers.items()) if a is not None}
    if not keys:
        return None
    counts = Counter(keys.values())
    first = {key: i for i, key in reversed(keys.items())}
    winner = max(counts, key=lambda key: (counts[key], -first[key]))
    return Vote(winner, first[winner], counts[winner] / len(answers))


def decided(answers: Mapping[int, str | None], n: int) -> bool:
    """Whether the plurality is fixed whatever the samples still to come say.

    Strict: a lead that a tie could undo is not enough, so arrival order never decides.
    """
    counts = Counter(canonical(a) for a in answers.values() if a is not None).most_common(2)
    if not counts:
        return False
    second = counts[1][1] if len(counts) > 1 else 0
    return counts[0][1] > second + n - len(answers)
