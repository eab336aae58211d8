"""The problems: to learn from, others for each training seed; to measure on, the same for all."""

from __future__ import annotations

from collections.abc import Sequence

from reasonloom.train.trajectories import Source, sources
from reasonloom.train.trajectories.similar import drawn
from reasonloom.worlds.splits import Split

from ..common import registered
from .design import HELD_SEED, Design


def to_learn_from(design: Design, seed: int, each: int) -> list[Source]:
    """`each` of every depth and level, of the train split; a larger set holds the smaller one."""
    return sources(design.specs, split="train", limit=each, seed=seed)


def held_out(design: Design, split: Split) -> list[Source]:
    return sources(design.specs, split=split, limit=design.held, seed=HELD_SEED)


def fingerprint(found: Sequence[Source], m: int) -> str:
    """Of the problems with their M similar ones."""
    return registered.fingerprint(p for s in found for p in (s.problem, *drawn(s, m, HELD_SEED)))
