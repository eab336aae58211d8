"""What became of an attempt, in one sign: right, wrong, and the several ways to have no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.report.html import Html, join, tag


class Mark(NamedTuple):
    """`name` is also its class in the style sheet; `worth` sorts the best first."""

    name: str
    sign: str
    words: str
    worth: int


RIGHT = Mark("right", "✓", "right", 0)
SOME = Mark("some", "◐", "some samples right", 1)
WRONG = Mark("wrong", "✗", "wrong", 2)
UNDECIDED = Mark("undecided", "?", "the grader could not decide: counted as wrong", 3)
UNANSWERED = Mark("unanswered", "∅", "no answer: counted as wrong", 4)
FAILED = Mark("failed", "!", "failed: counted as wrong", 5)
UNGRADED = Mark("ungraded", "·", "no reference answer, not graded", 6)
LACKS = Mark("lacks", "n/a", "not attempted", 7)
ALL = (RIGHT, SOME, WRONG, UNDECIDED, UNANSWERED, FAILED, UNGRADED, LACKS)


def of_attempt(attempt: Attempt, *, referenced: bool) -> Mark:
    if attempt.failure:
        return FAILED
    if attempt.answer is None:
        return UNANSWERED
    if not referenced:
        return UNGRADED
    return {"correct": RIGHT, "wrong": WRONG}.get(attempt.outcome or "", UNDECIDED)


def of_samples(attempts: Sequence[Attempt], *, referenced: bool) -> Mark:
    """One sign for all samples at a problem: what they agree on, else how it went on the whole."""
    found = {of_attempt(a, referenced=referenced) for a in attempts}
    if not found:
        return LACKS
    if len(found) == 1:
        return found.pop()
    return SOME if RIGHT in found else min(found, key=lambda mark: mark.worth)


def sign(mark: Mark) -> Html:
    return tag("span", mark.sign, class_=f"sign {mark.name}", title=mark.words, role="img",
               aria_label=mark.words)  # fmt: skip


def legend() -> Html:
    """What each sign means."""
    parts = [tag("span", sign(mark), " ", mark.words, class_="meaning") for mark in ALL]
    return tag("p", join(parts), class_="legend")
