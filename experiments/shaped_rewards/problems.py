"""The problems: to learn from, others for each training seed; to measure on, the same for all."""

from __future__ import annotations

from reasonloom.problem import Problem
from reasonloom.train.trajectories import sources
from reasonloom.worlds.splits import Split

from .design import HELD_SEED, Design


def to_learn_from(design: Design, seed: int, each: int) -> list[Problem]:
    """`each` of every depth and level, of the train split; a larger set holds the smaller one."""
    return _drawn(design, "train", each, seed)


def held_out(design: Design, split: Split) -> list[Problem]:
    return _drawn(design, split, design.held, HELD_SEED)


def _drawn(design: Design, split: Split, each: int, seed: int) -> list[Problem]:
    return [s.problem for s in sources(design.specs, split=split, limit=each, seed=seed)]
