"""Choose the score below which retrieval abstains.

Two sets of questions pull at it: each template's own example problem, searched in a library without
the examples (so that no text meets itself), and questions that have nothing to do with mathematics.
The threshold is the lowest that turns away all but a given share of the foreign ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reasonloom.errors import InputError
from reasonloom.templates.library import Library
from reasonloom.templates.retrieve import Retriever

OFF_TOPIC = Path(__file__).parent / "offtopic.txt"
FALSE_ACCEPTS = 0.05
"""Share of foreign questions that may get a template (our choice)."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a threshold does; all shares lie in [0, 1].

    recall          examples whose own template comes first, before the threshold
    kept            examples that get some template
    false_accepts   foreign questions that get some template
    """

    threshold: float
    recall: float
    kept: float
    false_accepts: float
    examples: int
    foreign: int


def calibrate(
    library: Library,
    dense: str = "lsa",
    foreign: Sequence[str] | None = None,
    false_accepts: float = FALSE_ACCEPTS,
) -> Calibration:
    """The lowest threshold that at most `false_accepts` of the foreign questions pass.

    Raises InputError for a library without templates or an empty list of foreign questions.
    """
    questions = off_topic() if foreign is None else list(foreign)
    if not questions:
        raise InputError("calibration needs at least one foreign question")
    searched = Retriever(library, dense=dense, examples=False)
    own = [searched.scores(t.example.problem) for t in library]
    shipped = Retriever(library, dense=dense)
    strangers = np.array([shipped.scores(q).max() for q in questions])
    threshold = _quantile(strangers, false_accepts)
    best = np.array([scores.max() for scores in own])
    return Calibration(
        threshold=threshold,
        recall=float(np.mean([scores.argmax() == i for i, scores in enumerate(own)])),
        kept=float(np.mean(best >= threshold)),
        false_accepts=float(np.mean(strangers >= threshold)),
        examples=len(own),
        foreign=len(questions),
    )


def off_topic() -> list[str]:
    """The shipped foreign questions, one a line."""
    return [line for line in OFF_TOPIC.read_text("utf-8").splitlines() if line.strip()]


def _quantile(scores: np.ndarray[tuple[int, ...], np.dtype[np.float32]], passed: float) -> float:
    """The lowest two-digit threshold that at most the share `passed` of `scores` reaches."""
    for step in range(101):
        if float(np.mean(scores >= step / 100)) <= passed:
            return step / 100
    return 1.0
