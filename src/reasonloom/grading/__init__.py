"""Find a final answer, give it a key, decide equality, grade.

Keys and extraction are on the hot path and import in milliseconds; what starts workers is imported
on first use, and algebra only ever inside a worker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reasonloom.grading.canonical import canonical
from reasonloom.grading.extract import Extracted, answer_text, extract

if TYPE_CHECKING:
    from reasonloom.grading.grade import Grader, Verdict
    from reasonloom.grading.workers import Outcome, WorkerPool

__all__ = [
    "Extracted",
    "Grader",
    "Outcome",
    "Verdict",
    "WorkerPool",
    "answer_text",
    "canonical",
    "extract",
]

_LAZY = {"Grader": "grade", "Verdict": "grade", "Outcome": "workers", "WorkerPool": "workers"}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
