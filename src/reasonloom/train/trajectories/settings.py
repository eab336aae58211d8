"""What decides a preference set over trajectories, apart from data and models."""

from __future__ import annotations

from dataclasses import dataclass

from reasonloom.errors import InputError

_RANGES = {
    "k": (1, 256),
    "m": (0, 64),
    "margin": (0.01, 1.0),
    "per_problem": (1, 10_000),
    "temperature": (0.01, 5.0),
    "checks": (1, 64),
    "agree": (0.01, 1.0),
}


@dataclass(frozen=True)
class Settings:
    """The paper (section 3.2) gives none of these numbers: every default is our choice.

    k            trajectories sampled for a problem; the greedy one is measured beside them
    m            similar problems; R is the share solved of these and the problem, so it moves in
                 steps of 1 / (m + 1)
    margin       least difference in R between the two of a pair: two problems of five
    per_problem  pairs of a problem at the most, those furthest apart first; 1 is best against
                 worst. Without a bound one problem could weigh (k/2)^2 times as much as another;
                 the paper's 10,000 pairs from 9,500 problems are about one each
    temperature  of planning; warmer than the 0.7 of inference, so that trajectories differ
    checks       independent solutions of a similar problem that a model wrote
    agree        share of them that must reach one answer for the problem to be kept
    seed         of every draw, together with the problem and the place of the draw
    """

    k: int = 8
    m: int = 4
    margin: float = 0.4
    per_problem: int = 4
    temperature: float = 1.0
    checks: int = 5
    agree: float = 0.8
    seed: int = 0

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise InputError(f"{name}={value} makes no sense: take {least} to {most}")
