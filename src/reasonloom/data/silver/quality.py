"""How good the verdicts are, on rows whose right answer is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from reasonloom.data.silver.requests import Agreement
from reasonloom.rates import Rate


class Checked(NamedTuple):
    """A response to a labelled row: what the verifier said, and whether it is right.

    `right` is None where the grader could not decide; it then counts nowhere.
    """

    said: Agreement
    right: bool | None


@dataclass(frozen=True)
class Quality:
    """`correct` of the verifier is what is measured; every other verdict is not that.

    extraction  of the extracted answers, those that are the right one
    precision   of the responses called correct, those that are right
    recall      of the responses that are right, those called correct
    said        how often each verdict was given
    unknown     responses of which nobody knows whether they are right
    """

    extraction: Rate
    precision: Rate
    recall: Rate
    said: dict[str, int]
    unknown: int

    def as_json(self) -> dict[str, Any]:
        rates = {name: _shown(getattr(self, name)) for name in RATES}
        return {**rates, "said": self.said, "unknown": self.unknown}


RATES = ("extraction", "precision", "recall")


def quality(answers: Iterable[bool | None], responses: Iterable[Checked]) -> Quality:
    """`answers` says of each extracted answer whether it is right, None where nobody knows."""
    responses, judged = list(responses), [answer for answer in answers if answer is not None]
    known = [one for one in responses if one.right is not None]
    hits = sum(one.said == "correct" and bool(one.right) for one in known)
    return Quality(
        Rate(sum(judged), len(judged)),
        Rate(hits, sum(one.said == "correct" for one in known)),
        Rate(hits, sum(bool(one.right) for one in known)),
        dict(sorted(Counter(one.said for one in responses).items())),
        len(responses) - len(known),
    )


def _shown(rate: Rate) -> dict[str, Any]:
    """In percent; without trials there is no rate."""
    low, high = rate.interval
    return {
        "percent": rate.percent if rate.trials else None,
        "low": low,
        "high": high,
        "hits": rate.hits,
        "trials": rate.trials,
    }
