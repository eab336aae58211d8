"""Correctness: one value each for right, wrong and no answer. No grader is in here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reasonloom.train.rewards.inputs import (
    CORRECT,
    NO_ANSWER,
    FloatArray,
    Verdicts,
    finite,
    not_positive,
    read_verdicts,
)


@dataclass(frozen=True, slots=True)
class Correctness:
    """What a verdict is worth. Raises ValueError where wrong or no answer would pay."""

    correct: float = 1.0
    wrong: float = 0.0
    no_answer: float = 0.0

    def __post_init__(self) -> None:
        finite("correct", self.correct)
        not_positive(wrong=self.wrong, no_answer=self.no_answer)


PLAIN = Correctness()
BASE_MODEL = Correctness(correct=1.0, wrong=-0.5, no_answer=-1.0)
"""For RL from a base model (Demystifying Long CoT, arXiv 2502.03373, section 6)."""


def correctness_reward(verdicts: Verdicts, values: Correctness = PLAIN) -> FloatArray:
    """One reward a response, `[batch]`; verdicts are True, False, or None for no answer."""
    codes = read_verdicts(verdicts)
    cases = [codes == CORRECT, codes == NO_ANSWER]
    rewards = np.select(cases, [values.correct, values.no_answer], values.wrong)
    return rewards.astype(np.float64)
